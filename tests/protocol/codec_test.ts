import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import * as generatedV2 from "@/lib/protocol/generated/v2.ts";
import * as generatedV7 from "@/lib/protocol/generated/v7.ts";
import * as shapes from "@/lib/protocol/encode_v7.ts";
import {
  actorId,
  decodeToClient,
  decodeToServer,
  encodeToClient,
  encodeToServer,
  FRAME_BYTES,
  gatewayId,
  LIST_ITEMS,
  messageIndex,
  type ProtocolVersion,
  requestId,
  runnerId,
  SUPPORTED_VERSIONS,
  type ToClient,
  type ToServer,
  type ToServerTunnelBody,
} from "@/lib/protocol/mod.ts";
import { EncodeError } from "@/lib/protocol/errors.ts";
import { toClient, toServer } from "./arbitraries.ts";

const messageId = {
  gatewayId: gatewayId(0xbf902de7),
  requestId: requestId(0xc0ad46c2),
  messageIndex: messageIndex(0x1234),
};
const checkpoint = { actorId: actorId("a"), generation: 1, index: 0n };

/** v2 gives back the ids of the wire with each tunnel message: of its own making, not the model's. */
function withoutLegacyIds<Message extends ToServer | ToClient>(message: Message): Message {
  if (message.kind !== "tunnel") return message;
  const { legacyIds: _, ...rest } = message;
  return rest as Message;
}

function tunnel(body: ToServerTunnelBody): ToServer {
  return { kind: "tunnel", messageId, body };
}

function assertRefused(code: EncodeError["code"], encode: () => unknown): void {
  const error = assertThrows(encode, EncodeError);
  assertStrictEquals(error.code, code);
}

for (const version of SUPPORTED_VERSIONS) {
  Deno.test(`decodeToServer() undoes encodeToServer() for every message of v${version}`, () => {
    fc.assert(
      fc.property(toServer(version), (message) => {
        const frame = encodeToServer(message, version);
        const decoded = decodeToServer(frame, version);
        assertEquals(withoutLegacyIds(decoded), message);
        assertEquals(encodeToServer(decoded, version), frame);
      }),
      { numRuns: 1500 },
    );
  });

  Deno.test(`decodeToClient() undoes encodeToClient() for every message of v${version}`, () => {
    fc.assert(
      fc.property(toClient(version), (message) => {
        const frame = encodeToClient(message, version);
        const decoded = decodeToClient(frame, version);
        assertEquals(withoutLegacyIds(decoded), message);
        assertEquals(encodeToClient(decoded, version), frame);
      }),
      { numRuns: 1500 },
    );
  });
}

Deno.test("encodeToServer() of v7 writes the bytes of the generated code", () => {
  fc.assert(
    fc.property(toServer(7), (message) => {
      const generated = generatedV7.encodeToServer(shapes.toServer(message));
      assertEquals(encodeToServer(message, 7), generated);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("encodeToClient() of v7 writes the bytes of the generated code", () => {
  fc.assert(
    fc.property(toClient(7), (message) => {
      const generated = generatedV7.encodeToClient(shapes.toClient(message));
      assertEquals(encodeToClient(message, 7), generated);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("decodeToServer() reads payloads of every length class as the generated code does", () => {
  const group = 1 << 7;
  const edges = [0, 1, group - 1, group, group ** 2 - 1, group ** 2, group ** 2 + 1];
  const lengths = [...edges, 65_535, 65_536, group ** 3 - 1, group ** 3];
  for (const length of lengths) {
    const data = new Uint8Array(length).map((_, at) => at * 31);
    const message = tunnel({ kind: "webSocketMessage", data, binary: true });
    const frame = encodeToServer(message, 7);
    assertEquals(frame, generatedV7.encodeToServer(shapes.toServer(message)));
    assertEquals(decodeToServer(frame, 7), message);
    const old = encodeToServer(message, 2);
    assertEquals(withoutLegacyIds(decodeToServer(old, 2)), message);
    const { val } = generatedV2.decodeToServer(old);
    assertEquals((val as generatedV2.ToServerTunnelMessage).messageKind.val, {
      data,
      binary: true,
    });
    const text = { ...checkpoint, actorId: actorId("é".repeat(length / 2)) };
    const acks: ToServer = { kind: "ackCommands", acknowledged: { checkpoints: [text] } };
    assertEquals(decodeToServer(encodeToServer(acks, 7), 7), acks);
  }
});

Deno.test("decodeToServer() gives a message's data as a view of the frame", () => {
  const data = Uint8Array.of(1, 2, 3);
  const frame = encodeToServer(tunnel({ kind: "webSocketMessage", data, binary: true }), 7);
  const decoded = decodeToServer(frame, 7);
  if (decoded.kind !== "tunnel" || decoded.body.kind !== "webSocketMessage") throw decoded;
  assertStrictEquals(decoded.body.data.buffer, frame.buffer);
});

Deno.test("encodeToServer() never writes again into a frame that it gave out", () => {
  const frames: Uint8Array[] = [];
  for (let round = 0; round < 3000; round++) {
    const data = new Uint8Array(round % 200).fill(round);
    frames.push(encodeToServer(tunnel({ kind: "webSocketMessage", data, binary: true }), 7));
    const index = messageIndex(round);
    frames.push(encodeToServer(tunnel({ kind: "webSocketMessageAck", index }), 7));
  }
  for (const [at, frame] of frames.entries()) {
    const round = at >> 1;
    const data = new Uint8Array(round % 200).fill(round);
    assertEquals(
      decodeToServer(frame, 7),
      at % 2 === 0
        ? tunnel({ kind: "webSocketMessage", data, binary: true })
        : tunnel({ kind: "webSocketMessageAck", index: messageIndex(round) }),
    );
  }
});

Deno.test("encodeToServer() writes a lone surrogate as U+FFFD, in short and long texts", () => {
  for (const length of [1, 300]) {
    const message: ToServer = {
      kind: "init",
      name: "\ud800".repeat(length),
      version: 1,
      totalSlots: 1,
      prepopulateActorNames: null,
      metadata: null,
    };
    const decoded = decodeToServer(encodeToServer(message, 7), 7);
    assertEquals(decoded, { ...message, name: "\ufffd".repeat(length) });
  }
});

Deno.test("encodeToServer() refuses map keys that become equal when well-formed", () => {
  const message = tunnel({
    kind: "responseStart",
    status: 200,
    headers: new Map([["\ud800", "a"], ["\ud801", "b"]]),
    body: null,
    stream: false,
  });
  assertRefused("encode.invalid_value", () => encodeToServer(message, 7));
});

Deno.test("encodeToServer() refuses numbers beyond their width, and takes the widest", () => {
  const status = (value: number) =>
    tunnel({ kind: "responseStart", status: value, headers: new Map(), body: null, stream: false });
  const slots = (value: number): ToServer => ({
    kind: "init",
    name: "n",
    version: 1,
    totalSlots: value,
    prepopulateActorNames: null,
    metadata: null,
  });
  const limit = (value: bigint): ToServer => ({
    kind: "kvRequest",
    actorId: actorId("a"),
    requestId: 1,
    request: { kind: "list", query: { kind: "all" }, reverse: null, limit: value },
  });
  const pong = (ts: bigint): ToServer => ({ kind: "pong", ts });
  const ack = (index: number) =>
    tunnel({ kind: "webSocketMessageAck", index: index as ReturnType<typeof messageIndex> });
  const table: [ToServer, boolean][] = [
    [status(0xffff), true],
    [status(0x1_0000), false],
    [status(-1), false],
    [status(200.5), false],
    [slots(0xffff_ffff), true],
    [slots(0x1_0000_0000), false],
    [slots(NaN), false],
    [limit((1n << 64n) - 1n), true],
    [limit(1n << 64n), false],
    [limit(-1n), false],
    [pong((1n << 63n) - 1n), true],
    [pong(1n << 63n), false],
    [pong(-(1n << 63n)), true],
    [pong(-(1n << 63n) - 1n), false],
    [ack(0xffff), true],
    [ack(0x1_0000), false],
  ];
  for (const version of SUPPORTED_VERSIONS) {
    for (const [message, fits] of table) {
      if (fits) encodeToServer(message, version);
      else assertRefused("encode.invalid_value", () => encodeToServer(message, version));
    }
  }
});

Deno.test("encodeToClient() refuses key-value lists of unequal length", () => {
  for (const version of SUPPORTED_VERSIONS) {
    const key = Uint8Array.of(1);
    const response = { kind: "get", keys: [key], values: [], metadata: [] } as const;
    const message: ToClient = { kind: "kvResponse", requestId: 1, response };
    assertRefused("encode.invalid_value", () => encodeToClient(message, version));
  }
});

Deno.test("encodeToServer() makes frames up to FRAME_BYTES and none above", () => {
  const envelope = 12 + 4 + 1;
  const hot = (length: number) =>
    tunnel({ kind: "webSocketMessage", data: new Uint8Array(length), binary: true });
  assertStrictEquals(encodeToServer(hot(FRAME_BYTES - envelope - 1), 7).length, FRAME_BYTES - 1);
  const largest = encodeToServer(hot(FRAME_BYTES - envelope), 7);
  assertStrictEquals(largest.length, FRAME_BYTES);
  decodeToServer(largest, 7);
  assertRefused("encode.too_large", () => encodeToServer(hot(FRAME_BYTES - envelope + 1), 7));

  const oldEnvelope = 1 + 16 + 16 + 1 + 4 + 1;
  assertStrictEquals(encodeToServer(hot(FRAME_BYTES - oldEnvelope), 2).length, FRAME_BYTES);
  assertRefused("encode.too_large", () => encodeToServer(hot(FRAME_BYTES - oldEnvelope + 1), 2));
});

Deno.test("encodeToServer() takes lists up to LIST_ITEMS and none above", () => {
  const empty = new Uint8Array(0);
  const keys = (count: number): ToServer => ({
    kind: "kvRequest",
    actorId: actorId("a"),
    requestId: 1,
    request: { kind: "get", keys: new Array(count).fill(empty) },
  });
  encodeToServer(keys(LIST_ITEMS - 1), 7);
  decodeToServer(encodeToServer(keys(LIST_ITEMS), 7), 7);
  assertRefused("encode.too_large", () => encodeToServer(keys(LIST_ITEMS + 1), 7));
});

Deno.test("encodeToServer() refuses what a version has no words for", () => {
  const legacyIds = { requestId: new Uint8Array(16), messageId: new Uint8Array(16) };
  const message = { kind: "webSocketMessage", data: new Uint8Array(1), binary: true } as const;
  const table: [ProtocolVersion, ToServer][] = [
    [2, { kind: "ackCommands", acknowledged: { checkpoints: [checkpoint] } }],
    [2, {
      kind: "kvRequest",
      actorId: actorId("a"),
      requestId: 1,
      request: { kind: "deleteRange", start: new Uint8Array(1), end: new Uint8Array(1) },
    }],
    [7, { kind: "ackCommands", acknowledged: { upTo: 1n } }],
    [7, tunnel({ kind: "tunnelAck" })],
    [7, tunnel({ kind: "webSocketOpen", canHibernate: true, lastMessageIndex: 1n })],
    [7, { kind: "tunnel", messageId, body: message, legacyIds }],
    [7, {
      kind: "init",
      name: "n",
      version: 1,
      totalSlots: 1,
      lastCommandIndex: 3n,
      prepopulateActorNames: null,
      metadata: null,
    }],
  ];
  for (const [version, value] of table) {
    assertRefused("encode.not_in_version", () => encodeToServer(value, version));
  }
});

Deno.test("encodeToClient() refuses what a version has no words for", () => {
  const init = { kind: "init", runnerId: runnerId("r"), runnerLostThreshold: 1n } as const;
  const config = { name: "n", key: null, createTs: 1n, input: null };
  const hibernatingRequests = [messageId];
  const table: [ProtocolVersion, ToClient][] = [
    [2, { kind: "ping", ts: 1n }],
    [2, { kind: "ackEvents", acknowledged: { checkpoints: [] } }],
    [2, {
      kind: "commands",
      commands: [{ checkpoint, command: { kind: "start", config, hibernatingRequests } }],
    }],
    [2, { ...init, actorStopThreshold: 1n, serverlessDrainGracePeriod: null }],
    [2, { ...init, actorStopThreshold: null, serverlessDrainGracePeriod: 1n }],
    [7, { kind: "close" }],
    [7, { kind: "ackEvents", acknowledged: { upTo: 1n } }],
    [7, { kind: "tunnel", messageId, body: { kind: "tunnelAck" } }],
    [7, {
      ...init,
      lastEventIndex: 0n,
      actorStopThreshold: 1n,
      serverlessDrainGracePeriod: null,
    }],
  ];
  for (const [version, value] of table) {
    assertRefused("encode.not_in_version", () => encodeToClient(value, version));
  }
  assertRefused(
    "encode.invalid_value",
    () =>
      encodeToClient({ ...init, actorStopThreshold: null, serverlessDrainGracePeriod: null }, 7),
  );
});

Deno.test("encodeToServer() lets v7 leave unsaid that nothing was taken in", () => {
  const open = { kind: "webSocketOpen", canHibernate: true } as const;
  assertEquals(
    encodeToServer(tunnel({ ...open, lastMessageIndex: -1n }), 7),
    encodeToServer(tunnel(open), 7),
  );
});

Deno.test("encodeToServer() of v2 says −1 where no index is given", () => {
  const frame = encodeToServer(tunnel({ kind: "webSocketOpen", canHibernate: true }), 2);
  const decoded = decodeToServer(frame, 2);
  if (decoded.kind !== "tunnel") throw decoded;
  assertEquals(decoded.body, {
    kind: "webSocketOpen",
    canHibernate: true,
    lastMessageIndex: -1n,
  });
});

Deno.test("encode and decode refuse versions that are not spoken", () => {
  for (const version of [0, 8, 99, NaN, -1] as unknown as ProtocolVersion[]) {
    assertRefused(
      "encode.unsupported_version",
      () => encodeToServer({ kind: "stopping" }, version),
    );
    assertRefused("encode.unsupported_version", () => encodeToClient({ kind: "close" }, version));
    for (const decode of [decodeToServer, decodeToClient]) {
      const error = assertThrows(() => decode(new Uint8Array(1), version));
      assertInstanceOf(error, Error);
      assertEquals((error as Error & { code: string }).code, "decode.unsupported_version");
    }
  }
});
