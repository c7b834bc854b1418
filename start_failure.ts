import { AdminTokenError, ConfigError } from "./lib/config/mod.ts";
import { StoreError } from "./lib/gateway/gateway_store.ts";

/** What keeps the program from starting, in a sentence that says what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** Does what listens on an address, and says in its failure which variable the address is from. */
export async function listening<T>(
  variable: string,
  { hostname, port }: { readonly hostname: string; readonly port: number },
  listen: () => T | Promise<T>,
): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    const why = error instanceof Deno.errors.AddrInUse
      ? "another program listens there"
      : error instanceof Deno.errors.AddrNotAvailable
      ? "this machine does not have the address"
      : error instanceof Deno.errors.PermissionDenied
      ? "this user may not listen there"
      : undefined;
    if (why === undefined) throw error;
    throw new StartError(
      `Cannot listen on ${hostname}:${port}: ${why}. Set ${variable} to another port, 0 for any free one`,
      { cause: error },
    );
  }
}

/** What a person is told when the program cannot start; `undefined` for what is no one's mistake. */
export function startFailure(error: unknown): string | undefined {
  if (error instanceof ConfigError || error instanceof AdminTokenError) return error.message;
  if (error instanceof StartError) return error.message;
  if (error instanceof StoreError) return `${error.message} (${error.code}, DORMOUSE_DATA_DIR)`;
  return undefined;
}
