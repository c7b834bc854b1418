import {
  type GatewayId,
  gatewayId,
  type MessageIndex,
  messageIndex,
  type RequestId,
  requestId,
} from "../protocol/mod.ts";
import {
  corrupt,
  type Entry,
  HEADER,
  type Header,
  keyText,
  META,
  STATE,
  WINDOW,
} from "./records.ts";
import { joinState } from "./state_parts.ts";

export interface SocketSnapshot {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly index: MessageIndex;
  readonly path: string;
  readonly attachment: string | null;
}

/** What was kept of an actor. */
export interface Snapshot {
  /** `null` for an actor that was never committed. */
  readonly header: Header | null;
  /** `null` for an actor without state. */
  readonly state: string | null;
  readonly sockets: readonly SocketSnapshot[];
  /** Keys that no record needs any more. */
  readonly leftovers: readonly Uint8Array[];
}

const decoder = new TextDecoder();

/**
 * Reads what was kept, from every entry under `SYSTEM_PREFIX`, sorted by key. Throws an `ActorError`
 * `actor.state_corrupt` when the state is not whole.
 */
export function decodeSnapshot(entries: Iterable<Entry>): Snapshot {
  let header: Header | null = null;
  const parts: Uint8Array[] = [];
  const metas = new Map<string, { path: string; attachment?: string }>();
  const sockets: SocketSnapshot[] = [];
  const leftovers: Uint8Array[] = [];
  const metaKeys = new Map<string, Uint8Array>();
  for (const [key, value] of entries) {
    switch (key[1]) {
      case HEADER:
        header = parseHeader(value);
        break;
      case META: {
        const id = keyText(key, 2);
        metas.set(id, parseJson(value, "socket") as { path: string; attachment?: string });
        metaKeys.set(id, key);
        break;
      }
      case STATE[0]:
      case STATE[1]:
        if (isPart(header, key)) parts[key[2]!] = value;
        else leftovers.push(key);
        break;
      case WINDOW: {
        if (value.length !== 2) {
          leftovers.push(key);
          break;
        }
        const id = keyText(key, 2);
        const meta = metas.get(id);
        metaKeys.delete(id);
        const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
        sockets.push({
          gatewayId: gatewayId(view.getUint32(2)),
          requestId: requestId(view.getUint32(6)),
          index: messageIndex(value[0]! | value[1]! << 8),
          path: meta?.path ?? "/",
          attachment: meta?.attachment ?? null,
        });
        break;
      }
      default:
        break;
    }
  }
  leftovers.push(...metaKeys.values());
  return { header, state: header === null ? null : joinState(header, parts), sockets, leftovers };
}

/** Throws an `ActorError` `actor.state_corrupt`. */
export function parseHeader(value: Uint8Array): Header {
  return parseJson(value, "header") as Header;
}

/** Whether the key's part belongs to the state that the header names. */
function isPart(header: Header | null, [, kind, part]: Uint8Array): boolean {
  return header !== null && kind === STATE[header.slot ?? 0] && part! < header.parts;
}

function parseJson(value: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(decoder.decode(value));
  } catch (cause) {
    throw corrupt(`its ${what} record cannot be read`, cause);
  }
}
