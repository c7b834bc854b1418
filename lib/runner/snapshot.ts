import { DevalueError, parse, stringify } from "devalue";
import { ActorError } from "../actor/errors.ts";
import { SYSTEM_PREFIX } from "../actor/kv.ts";
import {
  type GatewayId,
  gatewayId,
  KV_LIMITS,
  type MessageIndex,
  messageIndex,
  type RequestId,
  requestId,
} from "../protocol/mod.ts";

/**
 * How an actor is kept in its key-value space. Every key begins with {@link SYSTEM_PREFIX}:
 *
 *   h                     header, a JSON text: how many parts the state has, which revision, alarm
 *   m gateway request     path and attachment of a hibernatable socket, a JSON text
 *   s part                a part of the state: its revision (u32), then bytes of devalue's text
 *   w gateway request     the last index that the state has seen (u16); empty: the socket is closed
 *
 * The header, every part of a changed state and every changed index go into one put, which is
 * atomic. The revision proves it: a part of another one was never written with this header.
 */
export interface Header {
  readonly revision: number;
  readonly parts: number;
  readonly stateBytes: number;
  /** Milliseconds since the epoch, `null` once it is done or taken back, absent before the first. */
  readonly alarmTs?: number | null;
}

export interface SocketSnapshot {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly index: MessageIndex;
  readonly path: string;
  readonly attachment: string | null;
}

export interface Snapshot {
  /** `null` for an actor that was never committed. */
  readonly header: Header | null;
  /** `null` for an actor without state. */
  readonly state: string | null;
  readonly sockets: readonly SocketSnapshot[];
  /** Keys that no record needs any more. */
  readonly leftovers: readonly Uint8Array[];
}

export type Entry = readonly [key: Uint8Array, value: Uint8Array];

const HEADER = 0x68;
const META = 0x6d;
const STATE = 0x73;
const WINDOW = 0x77;

const REVISION_BYTES = 4;
const PART_BYTES = KV_LIMITS.valueBytes - REVISION_BYTES;
/** What a put keeps free of state, for its header and the indexes of its sockets. */
const RESERVED_BYTES = 8 * 1024;
/** The largest state, in bytes of its serialised text: it must fit into one put. */
export const MAX_STATE_BYTES = KV_LIMITS.putBytes - RESERVED_BYTES;

export const HEADER_KEY = Uint8Array.of(SYSTEM_PREFIX, HEADER);
export const SYSTEM_KEYS = Uint8Array.of(SYSTEM_PREFIX);
/** The first key behind all of ours. */
export const SYSTEM_END = Uint8Array.of(SYSTEM_PREFIX + 1);
/** Closes a socket's record within the put that says so; the key is deleted afterwards. */
export const TOMBSTONE = new Uint8Array(0);

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function partKey(part: number): Uint8Array {
  return Uint8Array.of(SYSTEM_PREFIX, STATE, part);
}

export function windowKey(gateway: GatewayId, request: RequestId): Uint8Array {
  return socketKey(WINDOW, gateway, request);
}

export function metaKey(gateway: GatewayId, request: RequestId): Uint8Array {
  return socketKey(META, gateway, request);
}

export function headerValue(header: Header): Uint8Array {
  return encoder.encode(JSON.stringify(header));
}

export function indexValue(index: MessageIndex): Uint8Array {
  return Uint8Array.of(index & 0xff, index >>> 8);
}

export function metaValue(path: string, attachment: string | null): Uint8Array {
  return encoder.encode(JSON.stringify(attachment === null ? { path } : { path, attachment }));
}

/**
 * The parts of a state's text, each with its revision. Throws an `ActorError`
 * `actor.state_too_large` for one that does not fit into a put.
 */
export function stateParts(text: Uint8Array, revision: number): Entry[] {
  if (text.length > MAX_STATE_BYTES) {
    throw new ActorError(
      "actor.state_too_large",
      `The state has ${text.length} bytes serialised, at most ${MAX_STATE_BYTES} are allowed`,
    );
  }
  const parts: Entry[] = [];
  for (let start = 0; start < text.length; start += PART_BYTES) {
    const part = text.subarray(start, start + PART_BYTES);
    const value = new Uint8Array(REVISION_BYTES + part.length);
    new DataView(value.buffer).setUint32(0, revision, true);
    value.set(part, REVISION_BYTES);
    parts.push([partKey(parts.length), value]);
  }
  return parts;
}

/**
 * Reads what was kept, from every entry under {@link SYSTEM_PREFIX}, sorted by key. Throws an
 * `ActorError` `actor.state_corrupt` when the state is not whole.
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
        header = parseJson(value, "header") as Header;
        break;
      case META: {
        const id = idOf(key);
        metas.set(id, parseJson(value, "socket") as { path: string; attachment?: string });
        metaKeys.set(id, key);
        break;
      }
      case STATE:
        if (key[2]! < (header?.parts ?? 0)) parts[key[2]!] = value;
        else leftovers.push(key);
        break;
      case WINDOW: {
        if (value.length !== 2) {
          leftovers.push(key);
          break;
        }
        const id = idOf(key);
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

function joinState(header: Header, parts: readonly Uint8Array[]): string | null {
  if (header.parts === 0) return null;
  const bytes = new Uint8Array(header.stateBytes);
  let at = 0;
  for (let i = 0; i < header.parts; i++) {
    const part = parts[i];
    if (part === undefined || part.length < REVISION_BYTES) throw corrupt(`part ${i} is missing`);
    const revision = new DataView(part.buffer, part.byteOffset).getUint32(0, true);
    if (revision !== header.revision) {
      throw corrupt(`part ${i} is of revision ${revision}, not ${header.revision}`);
    }
    const length = part.length - REVISION_BYTES;
    if (at + length > bytes.length) throw corrupt(`it has more than ${bytes.length} bytes`);
    bytes.set(part.subarray(REVISION_BYTES), at);
    at += length;
  }
  if (at !== bytes.length) throw corrupt(`it has ${at} bytes, ${bytes.length} were kept`);
  return decoder.decode(bytes);
}

function socketKey(kind: number, gateway: GatewayId, request: RequestId): Uint8Array {
  const key = new Uint8Array(10);
  key[0] = SYSTEM_PREFIX;
  key[1] = kind;
  const view = new DataView(key.buffer);
  view.setUint32(2, gateway);
  view.setUint32(6, request);
  return key;
}

function idOf(key: Uint8Array): string {
  let id = "";
  for (let i = 2; i < key.length; i++) id += String.fromCharCode(key[i]!);
  return id;
}

function parseJson(value: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(decoder.decode(value));
  } catch (cause) {
    throw corrupt(`its ${what} record cannot be read`, cause);
  }
}

function corrupt(why: string, cause?: unknown): ActorError {
  return new ActorError("actor.state_corrupt", `The kept state is not whole: ${why}`, { cause });
}

/** The state's text. Throws an `ActorError` that says what in it cannot be kept. */
export function serializeState(state: unknown): string {
  try {
    return stringify(state);
  } catch (cause) {
    throw new ActorError(
      "actor.state_not_serializable",
      `The state cannot be kept: ${unkeptOf(cause)}`,
      { cause },
    );
  }
}

function unkeptOf(error: unknown): string {
  if (error instanceof DevalueError) return `${error.message} at state${error.path}`;
  return error instanceof Error ? error.message : String(error);
}

/** The state that a text stands for. Throws an `ActorError` `actor.state_corrupt`. */
export function parseState(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw corrupt("its text cannot be parsed", cause);
  }
}
