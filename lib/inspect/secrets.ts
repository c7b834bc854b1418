/** What stands where a secret was. */
export const REDACTED = "…";

/** A header, a parameter of a query or a part of a subprotocol that has one of these in its name. */
const SENSITIVE = /token|secret|password|passwd|auth|api[-_]?key|cookie|credential/i;
/** Members of JSON. Whole names only: `author` is no secret. */
const MEMBERS = [
  "access_token",
  "api_key",
  "authorization",
  "client_secret",
  "cookie",
  "id_token",
  "passwd",
  "password",
  "refresh_token",
  "secret",
  "token",
];
/** Characters of a path that are kept. */
const LONGEST_PATH = 256;
const PARAMETER = /([?&])([^=&#]*)=[^&#]*/g;
/** Of JSON, from its begin: strings, with their end where they have one, and what lies between. */
const PIECE = /"(?:[^"\\]|\\.)*"?|[^"]+/gs;
const VALUE = /^\s*:\s*/;

/**
 * Takes secrets out of what is kept to be looked at, before it is kept: what has left a process once
 * cannot be taken back. It goes by names: those that are known here, and those that the operator adds.
 */
export class Secrets {
  readonly #named: ReadonlySet<string>;
  readonly #members: ReadonlySet<string>;
  /** Whether a text may have one of the members at all. An escape may hide a name. */
  readonly #hint: RegExp;

  /** @param names Of headers, parameters and JSON members, whose values are secret; case is ignored. */
  constructor(names: readonly string[] = []) {
    this.#named = new Set(names.map(plain));
    this.#members = new Set([...MEMBERS.map(plain), ...this.#named]);
    const words = [...this.#members].map((name) => [...name].map(escaped).join("[-_]?"));
    this.#hint = new RegExp(String.raw`\\u|${words.join("|")}`, "i");
  }

  /** Whether the value of a header or of a query's parameter is secret. */
  has(name: string): boolean {
    return SENSITIVE.test(name) || this.#named.has(plain(name));
  }

  /** A path with its query, as it may be kept: without secrets, and not long. */
  path(path: string): string {
    const safe = path.includes("?")
      ? path.replace(
        PARAMETER,
        (whole, before, name) => this.has(decoded(name)) ? `${before}${name}=${REDACTED}` : whole,
      )
      : path;
    return safe.length <= LONGEST_PATH ? safe : `${safe.slice(0, LONGEST_PATH - 1)}…`;
  }

  header(name: string, value: string): string {
    return this.has(name) ? REDACTED : value;
  }

  /** Subprotocols as the header lists them. Browsers can put a token nowhere else: `rivet_token.…`. */
  subprotocols(list: string): string[] {
    return list.split(",").map((text) => text.trim()).filter((text) => text !== "").map((text) => {
      const parts = text.split(".");
      const at = parts.findIndex((part) => this.has(part));
      if (at === -1) return text;
      return [...parts.slice(0, at + 1), ...(at + 1 < parts.length ? [REDACTED] : [])].join(".");
    });
  }

  /** JSON, also when its end is cut off, with the values of secret members gone. Other text is kept. */
  json(text: string): string {
    if (!this.#hint.test(text)) return text;
    const pieces = text.match(PIECE) ?? [];
    let kept = "";
    for (let at = 0; at < pieces.length; at++) {
      const piece = pieces[at]!;
      kept += piece;
      const colon = VALUE.exec(pieces[at + 1] ?? "");
      if (colon === null || !piece.startsWith('"') || !this.#members.has(nameIn(piece))) continue;
      const end = endOfValue(pieces, at + 1, colon[0].length);
      kept += `${colon[0]}"${REDACTED}"${end.rest}`;
      at = end.at;
    }
    return kept;
  }
}

/** Where a value ends: in which piece, and what that one has behind it. */
function endOfValue(
  pieces: readonly string[],
  from: number,
  offset: number,
): { readonly at: number; readonly rest: string } {
  let depth = 0;
  for (let at = from; at < pieces.length; at++) {
    const piece = pieces[at]!;
    if (piece.startsWith('"')) continue;
    for (let i = at === from ? offset : 0; i < piece.length; i++) {
      const char = piece[i]!;
      if (char === "{" || char === "[") depth++;
      else if (depth === 0 && (char === "," || char === "}" || char === "]")) {
        return { at, rest: piece.slice(i) };
      } else if (char === "}" || char === "]") depth--;
    }
  }
  return { at: pieces.length, rest: "" };
}

/** Names are the same whatever their case, and whichever way their words are joined. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, "");
}

function nameIn(piece: string): string {
  if (!piece.includes("\\")) return plain(piece.slice(1, -1));
  try {
    return plain(JSON.parse(piece));
  } catch {
    return "";
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function escaped(char: string): string {
  return /[A-Za-z0-9]/.test(char) ? char : `\\${char}`;
}
