/** Random messages that a version can say, by the version numbers of `wire.md`. */
import fc from "fast-check";
import {
  type Acknowledged,
  actorId,
  type CommandWrapper,
  type EventWrapper,
  gatewayId,
  type KvEntries,
  type KvRequest,
  type KvResponse,
  type MessageId,
  messageIndex,
  type ProtocolVersion,
  requestId,
  runnerId,
  type ToClient,
  type ToClientTunnelBody,
  type ToServer,
  type ToServerTunnelBody,
  type TunnelMessage,
} from "@/lib/protocol/mod.ts";
import { idsFromRequest, packedIds } from "./packed_ids.ts";

const record = <Fields>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
  fc.record(fields, { noNullPrototype: true });
/**
 * The library that the reference is generated for has two ways to read text, which part at 256
 * bytes, and loses a byte order mark on the second: `codec_test.ts` has such texts.
 */
const longText = fc.oneof(
  fc.string({ unit: "binary", minLength: 250, maxLength: 260 }),
  fc.nat(300).map((length) => "é".repeat(length)),
).filter((text) => !text.startsWith("\ufeff"));
const text = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 2, arbitrary: longText },
);
const bytes = fc.oneof(
  { weight: 160, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  { weight: 20, arbitrary: fc.integer({ min: 120, max: 140 }).map((n) => new Uint8Array(n)) },
  // A length takes a third byte from 16 384 on.
  { weight: 1, arbitrary: fc.integer({ min: 16_380, max: 16_390 }).map((n) => new Uint8Array(n)) },
);
const i64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const actor = text.map(actorId);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const kind = <Kind extends string>(name: Kind) => fc.constant(name);
const few = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { maxLength: 3 });
const headers = fc.array(fc.tuple(text, text), { maxLength: 4 }).map((list) => new Map(list));
const index = u16.map(messageIndex);
const uuid = fc.uint8Array({ minLength: 16, maxLength: 16 });

export const messageId: fc.Arbitrary<MessageId> = record({
  gatewayId: u32.map(gatewayId),
  requestId: u32.map(requestId),
  messageIndex: index,
});
const checkpoint = record({ actorId: actor, generation: u32, index: i64 });

const event: fc.Arbitrary<EventWrapper["event"]> = fc.oneof(
  record({ kind: kind("intent"), intent: fc.constantFrom("sleep", "stop") }),
  record({ kind: kind("running") }),
  record({
    kind: kind("stopped"),
    code: fc.constantFrom("ok", "error"),
    message: maybe(text),
  }),
  record({ kind: kind("setAlarm"), alarmTs: maybe(i64) }),
);

const entries: fc.Arbitrary<KvEntries> = few(fc.tuple(bytes, bytes, bytes, i64)).map((rows) => ({
  keys: rows.map(([key]) => key),
  values: rows.map(([, value]) => value),
  metadata: rows.map(([, , version, updateTs]) => ({ version, updateTs })),
}));

const kvResponse: fc.Arbitrary<KvResponse> = fc.oneof(
  record({ kind: kind("error"), message: text }),
  entries.map((all) => ({ kind: "get" as const, ...all })),
  entries.map((all) => ({ kind: "list" as const, ...all })),
  record({ kind: fc.constantFrom("put", "delete", "drop") }),
);

function kvRequest(version: ProtocolVersion): fc.Arbitrary<KvRequest> {
  const query = fc.oneof(
    record({ kind: kind("all") }),
    record({ kind: kind("range"), start: bytes, end: bytes, exclusive: fc.boolean() }),
    record({ kind: kind("prefix"), key: bytes }),
  );
  const common: fc.Arbitrary<KvRequest>[] = [
    record({ kind: fc.constantFrom("get", "delete"), keys: few(bytes) }),
    record({ kind: kind("list"), query, reverse: maybe(fc.boolean()), limit: maybe(u64) }),
    record({ kind: kind("put"), keys: few(bytes), values: few(bytes) }),
    record({ kind: kind("drop") }),
  ];
  if (version < 7) return fc.oneof(...common);
  return fc.oneof(
    ...common,
    record({ kind: kind("deleteRange"), start: bytes, end: bytes }),
  );
}

function acknowledged(version: ProtocolVersion): fc.Arbitrary<Acknowledged> {
  if (version <= 3) return record({ upTo: i64 });
  const generation = version === 4 ? fc.constant(0) : u32;
  return record({ checkpoints: few(record({ actorId: actor, generation, index: i64 })) });
}

function command(version: ProtocolVersion): fc.Arbitrary<CommandWrapper["command"]> {
  const requests = few(
    record({ gatewayId: u32.map(gatewayId), requestId: u32.map(requestId) }),
  );
  return fc.oneof(
    record({
      kind: kind("start"),
      config: record({ name: text, key: maybe(text), createTs: i64, input: maybe(bytes) }),
      hibernatingRequests: version >= 3 ? requests : fc.constant([]),
    }),
    record({ kind: kind("stop") }),
  );
}

const tunnelAck = record({ kind: kind("tunnelAck") });
const webSocketMessage = record({
  kind: kind("webSocketMessage"),
  data: bytes,
  binary: fc.boolean(),
});
const closing = { code: maybe(u16), reason: maybe(text) };

function toServerBody(version: ProtocolVersion): fc.Arbitrary<ToServerTunnelBody> {
  const flag = version === 1 ? fc.constant(false) : fc.boolean();
  const open = { kind: kind("webSocketOpen"), canHibernate: flag };
  return fc.oneof(
    record({
      kind: kind("responseStart"),
      status: u16,
      headers,
      body: maybe(bytes),
      stream: fc.boolean(),
    }),
    record({ kind: kind("responseChunk"), body: bytes, finish: fc.boolean() }),
    record({ kind: kind("responseAbort") }),
    version === 2 ? record({ ...open, lastMessageIndex: i64 }) : record(open),
    webSocketMessage,
    record({ kind: kind("webSocketClose"), ...closing, hibernate: flag }),
    ...version >= 2 ? [record({ kind: kind("webSocketMessageAck"), index })] : [],
    ...version <= 3 ? [tunnelAck] : [],
  );
}

function toClientBody(version: ProtocolVersion): fc.Arbitrary<ToClientTunnelBody> {
  return fc.oneof(
    record({
      kind: kind("requestStart"),
      actorId: actor,
      method: text,
      path: text,
      headers,
      body: maybe(bytes),
      stream: fc.boolean(),
    }),
    record({ kind: kind("requestChunk"), body: bytes, finish: fc.boolean() }),
    record({ kind: kind("requestAbort") }),
    record({ kind: kind("webSocketOpen"), actorId: actor, path: text, headers }),
    webSocketMessage,
    record({ kind: kind("webSocketClose"), ...closing }),
    ...version <= 3 ? [tunnelAck] : [],
  );
}

/** Every kind that `version` has from runner to gateway, as a decoder gives it. */
export function toServer(version: ProtocolVersion): fc.Arbitrary<ToServer> {
  const init = {
    kind: kind("init"),
    name: text,
    version: u32,
    totalSlots: u32,
    prepopulateActorNames: maybe(headers),
    metadata: maybe(text),
  };
  return fc.oneof(
    version <= 3 ? record({ ...init, lastCommandIndex: maybe(i64) }) : record(init),
    record({ kind: kind("events"), events: few(record({ checkpoint, event })) }),
    record({ kind: kind("ackCommands"), acknowledged: acknowledged(version) }),
    record({ kind: kind("stopping") }),
    record({ kind: kind("pong"), ts: i64 }),
    record({
      kind: kind("kvRequest"),
      actorId: actor,
      requestId: u32,
      request: kvRequest(version),
    }),
    { weight: 3, arbitrary: tunnel(version, toServerBody(version)) },
  );
}

/** Every kind that `version` has from gateway to runner, as a decoder gives it. */
export function toClient(version: ProtocolVersion): fc.Arbitrary<ToClient> {
  const nothing = fc.constant(null);
  const init = {
    kind: kind("init"),
    runnerId: text.map(runnerId),
    runnerLostThreshold: i64,
    actorStopThreshold: version >= 6 ? i64 : nothing,
    serverlessDrainGracePeriod: version >= 6 ? maybe(i64) : nothing,
  };
  return fc.oneof(
    version <= 3 ? record({ ...init, lastEventIndex: i64 }) : record(init),
    record({
      kind: kind("commands"),
      commands: few(record({ checkpoint, command: command(version) })),
    }),
    record({ kind: kind("ackEvents"), acknowledged: acknowledged(version) }),
    record({ kind: kind("kvResponse"), requestId: u32, response: kvResponse }),
    { weight: 2, arbitrary: tunnel(version, toClientBody(version)) },
    version >= 4 ? record({ kind: kind("ping"), ts: i64 }) : record({ kind: kind("close") }),
  );
}

/** Where ids have 16 bytes, they are now packed, now of a peer that makes its own. */
function tunnel<Body extends ToServerTunnelBody | ToClientTunnelBody>(
  version: ProtocolVersion,
  body: fc.Arbitrary<Body>,
): fc.Arbitrary<TunnelMessage<Body>> {
  const message = record({ kind: kind("tunnel"), messageId, body });
  if (version >= 3) return message;
  return fc.tuple(message, maybe(uuid), maybe(uuid)).map(([message, request, id]) => {
    const packed = packedIds(message.messageId);
    const legacyIds = { requestId: request ?? packed.requestId, messageId: id ?? packed.messageId };
    if (request === null && id === null) return { ...message, legacyIds };
    return { ...message, messageId: idsFromRequest(legacyIds), legacyIds };
  });
}
