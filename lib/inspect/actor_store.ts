import { ActorError } from "../actor/errors.ts";
import { AUTHOR_PREFIX } from "../actor/kv.ts";
import { GatewayError } from "../gateway/errors.ts";
import type { KvSize } from "../gateway/gateway_store.ts";
import { type KeptState, readState } from "../kept/read_state.ts";
import { keyText } from "../kept/records.ts";
import type { ActorId } from "../protocol/mod.ts";
import { bothSides, notKnownHere } from "./actor_inspection.ts";
import type { ShownStates } from "./shown_states.ts";
import type { GatewaySource, InspectSource } from "./source.ts";

/** An actor's state as it was last made durable. Looking at it asks no code of its author's. */
export interface ActorState {
  /** `runner`: from the memory of the one in this process; `store`: from what its gateway keeps. */
  readonly from: "runner" | "store";
  /** Of its text as it is kept. */
  readonly bytes: number;
  /** Another one with each commit that changes the state; 0 before the first. */
  readonly revision: number;
  /** Whether the actor has done something since, which is not durable yet; `null`: not known here. */
  readonly isUncommitted: boolean | null;
  /** False for an actor without state, or before its first commit. */
  readonly exists: boolean;
  /** It is longer than may be shown: `text` has the begin of it, as it is kept. */
  readonly isCut: boolean;
  /** As JSON, with what JSON does not have named by `$…`; `null` where it is cut or does not exist. */
  readonly state: unknown;
  readonly text: string | null;
}

/** A key of the author's, and how much is there. */
export interface KvRow {
  /** Its bytes in hexadecimal digits, `-` for none: its name in addresses. */
  readonly key: string;
  /** As text, where it is text; `null` where it is not. */
  readonly text: string | null;
  readonly valueBytes: number;
  readonly updateTs: number;
}

export interface KvValue extends KvRow {
  /** Longer than may be shown: what is shown is its begin. */
  readonly isCut: boolean;
  /** As text where it is text, else `null`; and in base64 then. */
  readonly valueText: string | null;
  readonly valueBase64: string | null;
}

/** The first key behind all of the author's. */
const AUTHOR_END = Uint8Array.of(AUTHOR_PREFIX + 1);

/** An address cannot have an empty part. */
const EMPTY_KEY = "-";

export async function stateOf(
  source: InspectSource,
  actorId: ActorId,
  states: ShownStates,
  mostBytes: number,
): Promise<ActorState> {
  const { gateway, runner } = source;
  const here = runner?.actorState(actorId);
  if (here !== undefined) {
    const isUncommitted = runner?.actorView(actorId)?.uncommitted ?? null;
    return shown({ ...here, from: "runner", isUncommitted }, states, mostBytes);
  }
  const { detail } = await bothSides(source, actorId);
  if (gateway === undefined) {
    throw notKnownHere(source, "not_known_here", `The state of actor ${actorId}, which starts`);
  }
  const isAwake = detail?.view.runnerId !== null;
  try {
    const kept = await readState(readerOf(gateway, actorId), mostBytes);
    const isUncommitted = isAwake ? null : false;
    return shown({ ...kept, from: "store", isUncommitted }, states, mostBytes);
  } catch (error) {
    if (!(error instanceof ActorError)) throw error;
    throw new GatewayError(409, "actor", "state_unreadable", `${error.message} (${error.code})`);
  }
}

function shown(
  { text, bytes, revision, from, isUncommitted }:
    & Pick<ActorState, "from" | "isUncommitted">
    & KeptState,
  states: ShownStates,
  mostBytes: number,
): ActorState {
  const isCut = text !== null && bytes > mostBytes;
  return {
    from,
    bytes,
    revision,
    isUncommitted,
    exists: text !== null,
    isCut,
    state: text === null || isCut ? null : states.of(text),
    text: isCut ? text.slice(0, mostBytes) : null,
  };
}

/** The author's keys, in the order of their bytes: the first `limit`. */
export async function kvOf(
  source: InspectSource,
  actorId: ActorId,
  limit: number,
  countTo: number,
): Promise<{ rows: KvRow[]; inAll: number }> {
  const gateway = await gatewayOf(source, actorId);
  const { entries, count } = await gateway.store.kv.sizes(actorId, {
    start: Uint8Array.of(AUTHOR_PREFIX),
    end: AUTHOR_END,
    limit,
    countTo,
  });
  return { rows: entries.map(rowOf), inAll: count };
}

/** One value, or its begin. Throws `kv_key_not_found`. */
export async function kvValueOf(
  source: InspectSource,
  actorId: ActorId,
  hexKey: string,
  mostBytes: number,
): Promise<KvValue> {
  const gateway = await gatewayOf(source, actorId);
  const key = keyOf(hexKey);
  const { values, metadata } = await gateway.store.kv.get(actorId, [key]);
  const [value] = values;
  if (value === undefined) {
    const message = `Actor ${actorId} has nothing under the key ${hexKey}`;
    throw new GatewayError(404, "dashboard", "kv_key_not_found", message);
  }
  const begin = value.subarray(0, mostBytes);
  const isCut = begin.length < value.length;
  const valueText = textOf(begin, isCut);
  return {
    ...rowOf({ key, valueBytes: value.length, updateTs: Number(metadata[0]!.updateTs) }),
    isCut,
    valueText,
    valueBase64: valueText === null ? begin.toBase64() : null,
  };
}

async function gatewayOf(source: InspectSource, actorId: ActorId): Promise<GatewaySource> {
  if (source.gateway === undefined) {
    throw notKnownHere(source, "not_known_here", `What actor ${actorId} keeps under its keys`);
  }
  await bothSides(source, actorId);
  return source.gateway;
}

function readerOf({ store }: GatewaySource, actorId: ActorId) {
  return async (keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> => {
    const found = await store.kv.get(actorId, keys);
    const values = new Map(found.keys.map((key, i) => [keyText(key), found.values[i]!]));
    return keys.map((key) => values.get(keyText(key)));
  };
}

function rowOf({ key, valueBytes, updateTs }: KvSize): KvRow {
  const own = key.subarray(1);
  return { key: own.toHex() || EMPTY_KEY, text: textOf(own, false), valueBytes, updateTs };
}

function keyOf(hex: string): Uint8Array {
  try {
    const own = Uint8Array.fromHex(hex === EMPTY_KEY ? "" : hex);
    const key = new Uint8Array(own.length + 1);
    key[0] = AUTHOR_PREFIX;
    key.set(own, 1);
    return key;
  } catch {
    const message = `The key ${JSON.stringify(hex)} is not what the list of keys names one by: ` +
      "an even number of hexadecimal digits is wanted";
    throw new GatewayError(400, "dashboard", "kv_key_invalid", message);
  }
}

/** `null` for what is no text: not UTF-8, or with control characters. */
function textOf(bytes: Uint8Array, isCut: boolean): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes, { stream: isCut });
    // deno-lint-ignore no-control-regex
    return /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}
