import { formatId, type GatewayId, type RequestId } from "../../protocol/mod.ts";
import type { ToClient, ToServer } from "../../protocol/mod.ts";
import type { Secrets } from "../secrets.ts";
import { keptPayload } from "../capture/payload.ts";

/** Of a list or a map, so many entries. */
const MOST_ENTRIES = 64;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Everything that a message says, as JSON, without secrets. Its texts and bytes are kept up to `most`
 * bytes, all together: what is cut says so with `$of`, its size. Bytes that are no text are in
 * `$hex`.
 */
export function decodedText(message: ToClient | ToServer, most: number, secrets: Secrets): string {
  return JSON.stringify(new Decoding(most, secrets).plain(message, ""));
}

class Decoding {
  #left: number;
  readonly #secrets: Secrets;

  constructor(most: number, secrets: Secrets) {
    this.#left = most;
    this.#secrets = secrets;
  }

  /** `name`: of the member that it is. */
  plain(value: unknown, name: string): unknown {
    if (typeof value === "bigint") return Number(value);
    if (typeof value === "string") return this.#text(value, name);
    if (value instanceof Uint8Array) return this.#bytes(value, null);
    if (value instanceof Map) return this.#entries(value);
    if (Array.isArray(value)) return this.#list(value, name);
    if (typeof value !== "object" || value === null) return value;
    return this.#members(value as Record<string, unknown>);
  }

  #members(members: Record<string, unknown>): Record<string, unknown> {
    const plain: Record<string, unknown> = {};
    // What tells whether the bytes are text.
    const binary = typeof members.binary === "boolean" ? members.binary : null;
    for (const [name, value] of Object.entries(members)) {
      // Nothing that would be on the wire.
      if (name === "isGiven" || value === undefined) continue;
      if (name === "gatewayId") plain[name] = formatId(value as GatewayId);
      // The other ids that are called so count the requests to the store.
      else if (name === "requestId" && "gatewayId" in members) {
        plain[name] = formatId(value as RequestId);
      } else if (name === "data" && value instanceof Uint8Array) {
        plain[name] = this.#bytes(value, binary);
      } else plain[name] = this.plain(value, name);
    }
    return plain;
  }

  #list(list: readonly unknown[], name: string): unknown[] {
    const plain = list.slice(0, MOST_ENTRIES).map((item) => this.plain(item, name));
    if (list.length > MOST_ENTRIES) plain.push({ $more: list.length - MOST_ENTRIES });
    return plain;
  }

  /** Headers, most often. */
  #entries(map: ReadonlyMap<string, string>): Record<string, unknown> {
    const entries = [...map].slice(0, MOST_ENTRIES).map(([name, value]) =>
      [name, this.#text(this.#header(name, value), "")] as const
    );
    if (map.size > MOST_ENTRIES) entries.push(["$more", map.size - MOST_ENTRIES]);
    return Object.fromEntries(entries);
  }

  #header(name: string, value: string): string {
    if (name.toLowerCase() !== "sec-websocket-protocol") return this.#secrets.header(name, value);
    return this.#secrets.subprotocols(value).join(", ");
  }

  #text(text: string, name: string): unknown {
    // What it is, and not what it says.
    if (name === "kind") return text;
    const safe = name === "path" ? this.#secrets.path(text) : this.#secrets.json(text);
    const kept = safe.slice(0, this.#left);
    this.#left -= kept.length;
    return kept === safe ? safe : { $text: kept, $of: text.length };
  }

  #bytes(bytes: Uint8Array, binary: boolean | null): unknown {
    const most = Math.min(this.#left, bytes.length);
    this.#left -= most;
    const isText = binary === false || isUtf8(bytes, most);
    const kept = keptPayload({ data: bytes, binary: !isText }, most, this.#secrets);
    const cut = most < bytes.length ? { $of: bytes.length } : {};
    if (typeof kept === "string") return most < bytes.length ? { $text: kept, ...cut } : kept;
    return { $hex: kept.toHex(), ...cut };
  }
}

/** Whether the part that is kept is text, but for a character that is cut in two. */
function isUtf8(bytes: Uint8Array, most: number): boolean {
  for (let end = most; end > Math.max(0, most - 4); end--) {
    try {
      decoder.decode(bytes.subarray(0, end));
      return true;
    } catch {
      if (most === bytes.length) return false;
    }
  }
  return most === 0;
}
