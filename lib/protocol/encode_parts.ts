/**
 * Turns what several versions have in common into the shapes of the generated code, which are
 * equal in all of them. The generated code cuts a number to its width and writes lone surrogates
 * as they are, so both are seen to here.
 */
import { BareError, Config } from "@bare-ts/lib";
import { EncodeError } from "./errors.ts";
import type * as wire from "./generated/v7.ts";
import { FRAME_BYTES, LIST_ITEMS } from "./limits.ts";
import type {
  ActorConfig,
  ActorEvent,
  KvEntries,
  KvListQuery,
  KvRequest,
  KvResponse,
  ToClientTunnelBody,
  ToServerTunnelBody,
} from "./message.ts";

/** Bytes that the generated code begins with. It doubles them as it needs. */
const INITIAL_BYTES = 1024;

/** Runs a generated encoder within {@link FRAME_BYTES}. */
export function generate<Value>(
  encode: (value: Value, config: Config) => Uint8Array,
  value: Value,
): Uint8Array {
  try {
    return encode(
      value,
      Config({ initialBufferLength: INITIAL_BYTES, maxBufferLength: FRAME_BYTES }),
    );
  } catch (error) {
    // Numbers, texts and lengths are checked before, so that the size is all that is left to fail.
    if (error instanceof BareError) throw frameTooLarge();
    throw error;
  }
}

export function frameTooLarge(): EncodeError {
  return new EncodeError("encode.too_large", `Frame is larger than ${FRAME_BYTES} bytes`);
}

/** For what a version has no words for. `versions` names those that have, as in "since 3". */
export function notInVersion(version: number, what: string, versions: string): EncodeError {
  return new EncodeError(
    "encode.not_in_version",
    `Version ${version} cannot say ${what}, only versions ${versions} can`,
  );
}

export const u16 = (value: number, name: string): number => integer(value, name, 0xffff);
export const u32 = (value: number, name: string): number => integer(value, name, 0xffff_ffff);

export function i64(value: bigint, name: string): bigint {
  return BigInt.asIntN(64, value) === value ? value : outOfRange(value, name, "64 bits, signed");
}

export function u64(value: bigint, name: string): bigint {
  return BigInt.asUintN(64, value) === value ? value : outOfRange(value, name, "64 bits");
}

/** A lone surrogate goes out as U+FFFD, as with `TextEncoder`, WebSocket and fetch. */
export function text(value: string): string {
  return value.toWellFormed();
}

export function nullable<Value, Result>(
  value: Value | null,
  convert: (value: Value) => Result,
): Result | null {
  return value === null ? null : convert(value);
}

export function list<Item, Result>(
  items: readonly Item[],
  convert: (item: Item) => Result,
): Result[] {
  limitItems(items.length);
  return items.map(convert);
}

export function map<Value, Result>(
  entries: ReadonlyMap<string, Value>,
  convert: (value: Value) => Result,
): Map<string, Result> {
  limitItems(entries.size);
  const result = new Map<string, Result>();
  for (const [key, value] of entries) result.set(text(key), convert(value));
  if (result.size < entries.size) {
    throw new EncodeError("encode.invalid_value", "Map keys are equal once they are well-formed");
  }
  return result;
}

/** The names that a runner announces, each with a JSON text. */
export function actorNames(names: ReadonlyMap<string, string>): Map<string, wire.ActorName> {
  return map(names, (metadata) => ({ metadata: text(metadata) }));
}

export function actorConfig(config: ActorConfig): wire.ActorConfig {
  return {
    name: text(config.name),
    key: nullable(config.key, text),
    createTs: i64(config.createTs, "createTs"),
    input: config.input,
  };
}

export function actorIntent(event: ActorEvent & { kind: "intent" }): wire.ActorIntent {
  return event.intent === "sleep"
    ? { tag: "ActorIntentSleep", val: null }
    : { tag: "ActorIntentStop", val: null };
}

export function actorState(event: ActorEvent & { kind: "running" | "stopped" }): wire.ActorState {
  if (event.kind === "running") return { tag: "ActorStateRunning", val: null };
  const code: wire.StopCode = event.code === "ok"
    ? { tag: "StopCodeOk", val: null }
    : { tag: "StopCodeError", val: null };
  return { tag: "ActorStateStopped", val: { code, message: nullable(event.message, text) } };
}

export function alarm(event: ActorEvent & { kind: "setAlarm" }): bigint | null {
  return nullable(event.alarmTs, (ts) => i64(ts, "alarmTs"));
}

export function kvRequest(
  request: Exclude<KvRequest, { kind: "deleteRange" }>,
): Exclude<wire.KvRequestData, { tag: "KvDeleteRangeRequest" }> {
  switch (request.kind) {
    case "get":
      return { tag: "KvGetRequest", val: { keys: list(request.keys, same) } };
    case "list":
      return {
        tag: "KvListRequest",
        val: {
          query: listQuery(request.query),
          reverse: request.reverse,
          limit: nullable(request.limit, (limit) => u64(limit, "limit")),
        },
      };
    case "put": {
      const { keys, values } = request;
      return { tag: "KvPutRequest", val: { keys: list(keys, same), values: list(values, same) } };
    }
    case "delete":
      return { tag: "KvDeleteRequest", val: { keys: list(request.keys, same) } };
    case "drop":
      return { tag: "KvDropRequest", val: null };
  }
}

/** `metadata` is the version's own: its time has one name before v4 and another since. */
export function kvResponse<Metadata>(
  response: KvResponse,
  metadata: (version: Uint8Array, ts: bigint) => Metadata,
): KvResponseShape<Metadata> {
  switch (response.kind) {
    case "error":
      return { tag: "KvErrorResponse", val: { message: text(response.message) } };
    case "get":
      return { tag: "KvGetResponse", val: kvEntries(response, metadata) };
    case "list":
      return { tag: "KvListResponse", val: kvEntries(response, metadata) };
    case "put":
      return { tag: "KvPutResponse", val: null };
    case "delete":
      return { tag: "KvDeleteResponse", val: null };
    case "drop":
      return { tag: "KvDropResponse", val: null };
  }
}

export type KvResponseShape<Metadata> =
  | { readonly tag: "KvErrorResponse"; readonly val: wire.KvErrorResponse }
  | { readonly tag: "KvGetResponse"; readonly val: KvEntriesShape<Metadata> }
  | { readonly tag: "KvListResponse"; readonly val: KvEntriesShape<Metadata> }
  | { readonly tag: "KvPutResponse"; readonly val: null }
  | { readonly tag: "KvDeleteResponse"; readonly val: null }
  | { readonly tag: "KvDropResponse"; readonly val: null };

interface KvEntriesShape<Metadata> {
  readonly keys: readonly Uint8Array[];
  readonly values: readonly Uint8Array[];
  readonly metadata: readonly Metadata[];
}

/** Bodies towards the gateway that are equal in all versions. */
export function serverBody(
  body: Exclude<ToServerTunnelBody, { kind: "webSocketOpen" | "webSocketClose" | "tunnelAck" }>,
): Exclude<
  wire.ToServerTunnelMessageKind,
  { tag: "ToServerWebSocketOpen" | "ToServerWebSocketClose" }
> {
  switch (body.kind) {
    case "responseStart":
      return {
        tag: "ToServerResponseStart",
        val: {
          status: u16(body.status, "status"),
          headers: map(body.headers, text),
          body: body.body,
          stream: body.stream,
        },
      };
    case "responseChunk":
      return { tag: "ToServerResponseChunk", val: { body: body.body, finish: body.finish } };
    case "responseAbort":
      return { tag: "ToServerResponseAbort", val: null };
    case "webSocketMessage":
      return { tag: "ToServerWebSocketMessage", val: { data: body.data, binary: body.binary } };
    case "webSocketMessageAck":
      return { tag: "ToServerWebSocketMessageAck", val: { index: u16(body.index, "index") } };
  }
}

/** Bodies towards the runner that are equal in all versions. */
export function clientBody(
  body: Exclude<ToClientTunnelBody, { kind: "webSocketMessage" | "tunnelAck" }>,
): Exclude<wire.ToClientTunnelMessageKind, { tag: "ToClientWebSocketMessage" }> {
  switch (body.kind) {
    case "requestStart":
      return {
        tag: "ToClientRequestStart",
        val: {
          actorId: text(body.actorId),
          method: text(body.method),
          path: text(body.path),
          headers: map(body.headers, text),
          body: body.body,
          stream: body.stream,
        },
      };
    case "requestChunk":
      return { tag: "ToClientRequestChunk", val: { body: body.body, finish: body.finish } };
    case "requestAbort":
      return { tag: "ToClientRequestAbort", val: null };
    case "webSocketOpen":
      return {
        tag: "ToClientWebSocketOpen",
        val: {
          actorId: text(body.actorId),
          path: text(body.path),
          headers: map(body.headers, text),
        },
      };
    case "webSocketClose":
      return { tag: "ToClientWebSocketClose", val: closing(body) };
  }
}

export function closing(
  body: { readonly code: number | null; readonly reason: string | null },
): wire.ToClientWebSocketClose {
  return {
    code: nullable(body.code, (code) => u16(code, "code")),
    reason: nullable(body.reason, text),
  };
}

function listQuery(query: KvListQuery): wire.KvListQuery {
  switch (query.kind) {
    case "all":
      return { tag: "KvListAllQuery", val: null };
    case "range": {
      const { start, end, exclusive } = query;
      return { tag: "KvListRangeQuery", val: { start, end, exclusive } };
    }
    case "prefix":
      return { tag: "KvListPrefixQuery", val: { key: query.key } };
  }
}

function kvEntries<Metadata>(
  { keys, values, metadata }: KvEntries,
  convert: (version: Uint8Array, ts: bigint) => Metadata,
): KvEntriesShape<Metadata> {
  if (keys.length !== values.length || keys.length !== metadata.length) {
    const lengths = `${keys.length}, ${values.length} and ${metadata.length}`;
    throw new EncodeError(
      "encode.invalid_value",
      `Keys, values and metadata are ${lengths}, not equal`,
    );
  }
  return {
    keys: list(keys, same),
    values: list(values, same),
    metadata: list(
      metadata,
      ({ version, updateTs }) => convert(version, i64(updateTs, "updateTs")),
    ),
  };
}

function integer(value: number, name: string, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  return outOfRange(value, name, `0 to ${max}`);
}

function outOfRange(value: number | bigint, name: string, wanted: string): never {
  throw new EncodeError("encode.invalid_value", `${name} is ${value}, wanted ${wanted}`);
}

function limitItems(count: number): void {
  if (count > LIST_ITEMS) {
    throw new EncodeError(
      "encode.too_large",
      `List of ${count} items is longer than ${LIST_ITEMS}`,
    );
  }
}

function same(bytes: Uint8Array): Uint8Array {
  return bytes;
}
