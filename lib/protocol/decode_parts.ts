/** Readers of what several versions have in common, from bytes to the model. */
import { actorId, type MessageIndex } from "./ids.ts";
import type {
  ActorConfig,
  ActorEvent,
  KvEntries,
  KvListQuery,
  KvMetadata,
  KvRequest,
  KvResponse,
  ToClientTunnelBody,
  ToServerTunnelBody,
} from "./message.ts";
import type { WireReader } from "./wire_reader.ts";

const INTENTS = ["sleep", "stop"] as const;
const STATES = ["running", "stopped"] as const;
const STOP_CODES = ["ok", "error"] as const;
const LIST_QUERIES = ["all", "range", "prefix"] as const;
const KV_RESPONSES = ["error", "get", "list", "put", "delete", "drop"] as const;

export function readIndex(reader: WireReader): MessageIndex {
  return reader.u16() as MessageIndex;
}

export function readActorConfig(reader: WireReader): ActorConfig {
  return {
    name: reader.text(),
    key: reader.optional(() => reader.text()),
    createTs: reader.i64(),
    input: reader.optional(() => reader.bytes()),
  };
}

/** An event behind its tag `member`, without what names its actor. */
export function readEvent(reader: WireReader, member: EventMember): ActorEvent {
  switch (member) {
    case "intent":
      return { kind: "intent", intent: reader.tag(INTENTS) };
    case "state":
      if (reader.tag(STATES) === "running") return { kind: "running" };
      return {
        kind: "stopped",
        code: reader.tag(STOP_CODES),
        message: reader.optional(() => reader.text()),
      };
    case "setAlarm":
      return { kind: "setAlarm", alarmTs: reader.optional(() => reader.i64()) };
  }
}

export const EVENTS = ["intent", "state", "setAlarm"] as const;
export type EventMember = (typeof EVENTS)[number];

export function readKvRequest(
  reader: WireReader,
  members: readonly KvRequest["kind"][],
): KvRequest {
  const kind = reader.tag(members);
  switch (kind) {
    case "get":
    case "delete":
      return { kind, keys: readBytesList(reader) };
    case "list":
      return {
        kind,
        query: readListQuery(reader),
        reverse: reader.optional(() => reader.bool()),
        limit: reader.optional(() => reader.u64()),
      };
    case "put":
      return { kind, keys: readBytesList(reader), values: readBytesList(reader) };
    case "deleteRange":
      return { kind, start: reader.bytes(), end: reader.bytes() };
    case "drop":
      return { kind };
  }
}

export function readKvResponse(reader: WireReader): KvResponse {
  const kind = reader.tag(KV_RESPONSES);
  switch (kind) {
    case "error":
      return { kind, message: reader.text() };
    case "get":
    case "list":
      return { kind, ...readKvEntries(reader) };
    case "put":
    case "delete":
    case "drop":
      return { kind };
  }
}

export function readToServerBody(
  reader: WireReader,
  kind: ToServerTunnelBody["kind"],
): ToServerTunnelBody {
  switch (kind) {
    case "responseStart":
      return {
        kind,
        status: reader.u16(),
        headers: readHeaders(reader),
        body: reader.optional(() => reader.bytes()),
        stream: reader.bool(),
      };
    case "responseChunk":
      return { kind, body: reader.bytes(), finish: reader.bool() };
    case "webSocketOpen":
      return { kind, canHibernate: reader.bool() };
    case "webSocketMessage":
      return { kind, data: reader.bytes(), binary: reader.bool() };
    case "webSocketMessageAck":
      return { kind, index: readIndex(reader) };
    case "webSocketClose":
      return { kind, ...readClose(reader), hibernate: reader.bool() };
    case "responseAbort":
    case "tunnelAck":
      return { kind };
  }
}

export function readToClientBody(
  reader: WireReader,
  kind: ToClientTunnelBody["kind"],
): ToClientTunnelBody {
  switch (kind) {
    case "requestStart":
      return {
        kind,
        actorId: actorId(reader.text()),
        method: reader.text(),
        path: reader.text(),
        headers: readHeaders(reader),
        body: reader.optional(() => reader.bytes()),
        stream: reader.bool(),
      };
    case "requestChunk":
      return { kind, body: reader.bytes(), finish: reader.bool() };
    case "webSocketOpen":
      return {
        kind,
        actorId: actorId(reader.text()),
        path: reader.text(),
        headers: readHeaders(reader),
      };
    case "webSocketMessage":
      return { kind, data: reader.bytes(), binary: reader.bool() };
    case "webSocketClose":
      return { kind, ...readClose(reader) };
    case "requestAbort":
    case "tunnelAck":
      return { kind };
  }
}

function readClose(reader: WireReader): { code: number | null; reason: string | null } {
  return {
    code: reader.optional(() => reader.u16()),
    reason: reader.optional(() => reader.text()),
  };
}

function readHeaders(reader: WireReader): Map<string, string> {
  return reader.map(() => reader.text());
}

function readBytesList(reader: WireReader): Uint8Array[] {
  return reader.list(() => reader.bytes());
}

function readListQuery(reader: WireReader): KvListQuery {
  const kind = reader.tag(LIST_QUERIES);
  switch (kind) {
    case "all":
      return { kind };
    case "range":
      return { kind, start: reader.bytes(), end: reader.bytes(), exclusive: reader.bool() };
    case "prefix":
      return { kind, key: reader.bytes() };
  }
}

function readKvEntries(reader: WireReader): KvEntries {
  const at = reader.offset;
  const keys = readBytesList(reader);
  const values = readBytesList(reader);
  const metadata = reader.list((): KvMetadata => ({
    version: reader.bytes(),
    updateTs: reader.i64(),
  }));
  if (keys.length !== values.length || keys.length !== metadata.length) {
    const lengths = `${keys.length}, ${values.length} and ${metadata.length}`;
    reader.fail("decode.invalid_value", at, `Keys, values and metadata are ${lengths}, not equal`);
  }
  return { keys, values, metadata };
}
