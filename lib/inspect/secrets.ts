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
const COLON = /\s*:\s*/y;
/** Names of members that are remembered: a program has few. */
const MOST_NAMES = 1_000;

/**
 * Takes secrets out of what is kept to be looked at, before it is kept: what has left a process once
 * cannot be taken back. It goes by names: those that are known here, and those that the operator adds.
 */
export class Secrets {
  readonly #named: ReadonlySet<string>;
  readonly #members: ReadonlySet<string>;
  /** Whether a text may have one of the members at all. An escape may hide a name. */
  readonly #hint: RegExp;
  readonly #seen = new Map<string, boolean>();

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
    const safe = path.includes("?") ? this.#parameters(path) : path;
    // One string and its copy would be two, for as long as a socket is open.
    if (safe === path && path.length <= LONGEST_PATH) return path;
    return safe.length <= LONGEST_PATH ? safe : `${safe.slice(0, LONGEST_PATH - 1)}…`;
  }

  header(name: string, value: string): string {
    return this.has(name) ? REDACTED : value;
  }

  /** A form as browsers send it: `name=value&name=value`. */
  form(text: string): string {
    return this.#parameters(`?${text}`).slice(1);
  }

  #parameters(text: string): string {
    return text.replace(
      PARAMETER,
      (whole, before, name) => this.has(decoded(name)) ? `${before}${name}=${REDACTED}` : whole,
    );
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
    let kept = "";
    let from = 0;
    let at = text.indexOf('"');
    while (at !== -1) {
      let end = endOfString(text, at);
      COLON.lastIndex = end;
      if (COLON.test(text) && this.#isMember(text.slice(at, end))) {
        kept += `${text.slice(from, COLON.lastIndex)}"${REDACTED}"`;
        from = end = endOfValue(text, COLON.lastIndex);
      }
      at = text.indexOf('"', end);
    }
    return kept + text.slice(from);
  }

  /** `quoted`: a member's name as it stands in JSON. */
  #isMember(quoted: string): boolean {
    let isMember = this.#seen.get(quoted);
    if (isMember !== undefined) return isMember;
    isMember = this.#members.has(nameIn(quoted));
    if (this.#seen.size >= MOST_NAMES) this.#seen.clear();
    this.#seen.set(quoted, isMember);
    return isMember;
  }
}

/** Behind the string that begins there, or the end of the text. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '"') return at + 1;
    if (char === "\\") at++;
  }
  return text.length;
}

/** Behind the value that begins there, or the end of the text. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]" || char === ",") {
      if (depth === 0) return at;
      if (char !== ",") depth--;
    }
  }
  return text.length;
}

/** Names are the same whatever their case, and whichever way their words are joined. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, "");
}

function nameIn(quoted: string): string {
  if (!quoted.includes("\\")) return plain(quoted.slice(1, -1));
  try {
    return plain(JSON.parse(quoted));
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
