/** Random messages that a version can say. */
import fc from "fast-check";
import {
  type Acknowledged,
  actorId,
  capabilities,
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
} from "@/lib/protocol/mod.ts";

const record = <Fields>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
  fc.record(fields, { noNullPrototype: true });
const text = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  // The library's text code has two ways, which part at 256.
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 250, maxLength: 260 }) },
  { weight: 1, arbitrary: fc.nat(300).map((length) => "\ufeff" + "é".repeat(length)) },
);
const bytes = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 120, max: 140 }).map((n) => new Uint8Array(n)) },
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
  if (!capabilities(version).deleteRange) return fc.oneof(...common);
  return fc.oneof(
    ...common,
    record({ kind: kind("deleteRange"), start: bytes, end: bytes }),
  );
}

function acknowledged(version: ProtocolVersion): fc.Arbitrary<Acknowledged> {
  return capabilities(version).checkpointsPerActor
    ? record({ checkpoints: few(checkpoint) })
    : record({ upTo: i64 });
}

function command(version: ProtocolVersion): fc.Arbitrary<CommandWrapper["command"]> {
  const requests = few(
    record({ gatewayId: u32.map(gatewayId), requestId: u32.map(requestId) }),
  );
  return fc.oneof(
    record({
      kind: kind("start"),
      config: record({ name: text, key: maybe(text), createTs: i64, input: maybe(bytes) }),
      hibernatingRequests: capabilities(version).hibernatingRequests ? requests : fc.constant([]),
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
  const can = capabilities(version);
  const bodies: fc.Arbitrary<ToServerTunnelBody>[] = [
    record({
      kind: kind("responseStart"),
      status: u16,
      headers,
      body: maybe(bytes),
      stream: fc.boolean(),
    }),
    record({ kind: kind("responseChunk"), body: bytes, finish: fc.boolean() }),
    record({ kind: kind("responseAbort") }),
    can.lastMessageIndex
      ? record({
        kind: kind("webSocketOpen"),
        canHibernate: fc.boolean(),
        lastMessageIndex: i64,
      })
      : record({ kind: kind("webSocketOpen"), canHibernate: fc.boolean() }),
    webSocketMessage,
    record({ kind: kind("webSocketMessageAck"), index }),
    record({ kind: kind("webSocketClose"), ...closing, hibernate: fc.boolean() }),
  ];
  return fc.oneof(...bodies, ...can.tunnelAck ? [tunnelAck] : []);
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
    ...capabilities(version).tunnelAck ? [tunnelAck] : [],
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
  const { checkpointsPerActor } = capabilities(version);
  return fc.oneof(
    checkpointsPerActor ? record(init) : record({ ...init, lastCommandIndex: maybe(i64) }),
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
    {
      weight: 3,
      arbitrary: record({ kind: kind("tunnel"), messageId, body: toServerBody(version) }),
    },
  );
}

/** Every kind that `version` has from gateway to runner, as a decoder gives it. */
export function toClient(version: ProtocolVersion): fc.Arbitrary<ToClient> {
  const can = capabilities(version);
  const init = { kind: kind("init"), runnerId: text.map(runnerId), runnerLostThreshold: i64 };
  const nothing = fc.constant(null);
  const messages: fc.Arbitrary<ToClient>[] = [
    can.stopThresholds
      ? record({ ...init, actorStopThreshold: i64, serverlessDrainGracePeriod: maybe(i64) })
      : record({
        ...init,
        lastEventIndex: i64,
        actorStopThreshold: nothing,
        serverlessDrainGracePeriod: nothing,
      }),
    record({
      kind: kind("commands"),
      commands: few(record({ checkpoint, command: command(version) })),
    }),
    record({ kind: kind("ackEvents"), acknowledged: acknowledged(version) }),
    record({ kind: kind("kvResponse"), requestId: u32, response: kvResponse }),
    record({ kind: kind("tunnel"), messageId, body: toClientBody(version) }),
    record({ kind: kind("tunnel"), messageId, body: toClientBody(version) }),
  ];
  if (can.gatewayPings) messages.push(record({ kind: kind("ping"), ts: i64 }));
  if (can.closeMessage) messages.push(record({ kind: kind("close") }));
  return fc.oneof(...messages);
}
