import { token } from "./kind.ts";
import * as v from "valibot";

const FILE = "admin-token";
const BYTES = 32;

/** So many bytes fit for secrets, as the host gives them. */
type RandomBytes = (length: number) => Uint8Array;

/** Why there is no admin token. The message says what to do. */
export class AdminTokenError extends Error {
  override readonly name = "AdminTokenError";
  readonly code = "config.admin_token";
}

/**
 * The admin token kept in the data directory, made at the first start. The file is readable by its
 * owner only. Throws an {@link AdminTokenError} when it cannot be read, made or used.
 */
export function loadOrCreateAdminToken(
  dataDir: string,
  randomBytes: RandomBytes,
): string {
  const path = `${dataDir}/${FILE}`;
  try {
    return read(path) ?? create(dataDir, path, randomBytes);
  } catch (error) {
    if (error instanceof AdminTokenError) throw error;
    const cause = error instanceof Deno.errors.NotCapable
      ? "this process may not write there"
      : error instanceof Error
      ? error.message
      : String(error);
    throw new AdminTokenError(
      `The admin token cannot be kept in ${path} (${cause}); ` +
        "make the directory writable for this user, or name another with DORMOUSE_DATA_DIR",
      { cause: error },
    );
  }
}

function read(path: string): string | undefined {
  let text: string;
  try {
    text = Deno.readTextFileSync(path).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const { schema, wanted } = token(16);
  if (v.is(schema, text)) return text;
  throw new AdminTokenError(
    `${path} holds no usable token, wanted: ${wanted}; ` +
      "remove the file and a new one is made, or set DORMOUSE_ADMIN_TOKEN",
  );
}

function create(dataDir: string, path: string, randomBytes: RandomBytes): string {
  Deno.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const made = randomBytes(BYTES).toHex();
  // Written whole under another name: two processes that start at once agree on whichever came
  // first, and neither ever reads half a token.
  const own = `${path}.${made.slice(0, 8)}`;
  Deno.writeTextFileSync(own, `${made}\n`, { mode: 0o600, createNew: true });
  try {
    Deno.linkSync(own, path);
    return made;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return read(path)!;
    throw error;
  } finally {
    Deno.removeSync(own);
  }
}
