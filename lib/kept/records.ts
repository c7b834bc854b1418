import { ActorError } from "../actor/errors.ts";
import { SYSTEM_PREFIX } from "../actor/kv.ts";
import {
  allocate,
  type GatewayId,
  type MessageIndex,
  type RequestId,
  textBytes,
  writeU32,
} from "../protocol/mod.ts";

/**
 * How an actor is kept in its key-value space. Every key begins with {@link SYSTEM_PREFIX}:
 *
 *   h                     header, a JSON text: where the state is, which revision, alarm
 *   m gateway request     path and attachment of a hibernatable socket, a JSON text
 *   s part                a part of the state in slot 0: its revision (u32), bytes of devalue's text
 *   t part                the same in slot 1
 *   w gateway request     the last index that the state has seen (u16); empty: the socket is closed
 *
 * The header and every changed index go into one put, which is atomic, and so does a changed state
 * that fits into it: its parts overwrite those in slot 0. The parts of a larger state are written
 * ahead, in as many puts as they need, into the slot that the header does not name; the last put,
 * with header and indexes, switches to it. Until then they are nobody's, and whoever finds them
 * after a crash removes them or writes over them. The revision, another one in each life of the
 * actor, proves that a state is whole: a part of another state was never written for this header.
 */
export interface Header {
  readonly revision: number;
  readonly parts: number;
  readonly stateBytes: number;
  /** Where the parts are. Absent for slot 0. */
  readonly slot?: Slot;
  /** Milliseconds since the epoch, `null` once it is done or taken back, absent before the first. */
  readonly alarmTs?: number | null;
}

export type Slot = 0 | 1;

export type Entry = readonly [key: Uint8Array, value: Uint8Array];

export const HEADER = 0x68;
export const META = 0x6d;
export const STATE: Readonly<Record<Slot, number>> = { 0: 0x73, 1: 0x74 };
export const WINDOW = 0x77;

export const HEADER_KEY = Uint8Array.of(SYSTEM_PREFIX, HEADER);
export const SYSTEM_KEYS = Uint8Array.of(SYSTEM_PREFIX);
/** The first key of the state's parts, behind those of the sockets' paths. */
export const STATE_KEYS = Uint8Array.of(SYSTEM_PREFIX, STATE[0]);
export const WINDOW_KEYS = Uint8Array.of(SYSTEM_PREFIX, WINDOW);
/** The first key behind all of ours. */
export const SYSTEM_END = Uint8Array.of(SYSTEM_PREFIX + 1);
/** Closes a socket's record within the put that says so; the key is deleted afterwards. */
export const TOMBSTONE = new Uint8Array(0);

export function partKey(slot: Slot, part: number): Uint8Array {
  const key = allocate(3);
  key[0] = SYSTEM_PREFIX;
  key[1] = STATE[slot];
  key[2] = part;
  return key;
}

export function windowKey(gateway: GatewayId, request: RequestId): Uint8Array {
  return socketKey(WINDOW, gateway, request);
}

export function metaKey(gateway: GatewayId, request: RequestId): Uint8Array {
  return socketKey(META, gateway, request);
}

export function headerValue(header: Header): Uint8Array {
  return textBytes(JSON.stringify(header));
}

export function indexValue(index: MessageIndex): Uint8Array {
  const value = allocate(2);
  value[0] = index;
  value[1] = index >>> 8;
  return value;
}

export function metaValue(path: string, attachment: string | null): Uint8Array {
  return textBytes(JSON.stringify(attachment === null ? { path } : { path, attachment }));
}

/** A text that tells keys apart, from their byte `from` on. */
export function keyText(key: Uint8Array, from = 0): string {
  let text = "";
  for (let i = from; i < key.length; i++) text += String.fromCharCode(key[i]!);
  return text;
}

/** What was kept cannot be read back. */
export function corrupt(why: string, cause?: unknown): ActorError {
  return new ActorError("actor.state_corrupt", `The kept state is not whole: ${why}`, { cause });
}

function socketKey(kind: number, gateway: GatewayId, request: RequestId): Uint8Array {
  const key = allocate(10);
  key[0] = SYSTEM_PREFIX;
  key[1] = kind;
  writeU32(key, 2, gateway);
  writeU32(key, 6, request);
  return key;
}
