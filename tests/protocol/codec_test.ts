import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import {
  actorId,
  decodeToClient,
  decodeToServer,
  encodeToClient,
  encodeToServer,
  FRAME_BYTES,
  type GatewayId,
  gatewayId,
  LIST_ITEMS,
  type MessageIndex,
  messageIndex,
  type ProtocolVersion,
  type RequestId,
  requestId,
  SUPPORTED_VERSIONS,
  type ToClient,
  type ToServer,
  type ToServerTunnelBody,
} from "@/lib/protocol/mod.ts";
import { EncodeError } from "@/lib/protocol/errors.ts";
import { GENERATED } from "./generated_codecs.ts";

const messageId = {
  gatewayId: gatewayId(0xbf902de7),
  requestId: requestId(0xc0ad46c2),
  messageIndex: messageIndex(0x1234),
};

function tunnel(body: ToServerTunnelBody): ToServer {
  return { kind: "tunnel", messageId, body };
}

function assertRefused(code: EncodeError["code"], encode: () => unknown): void {
  const error = assertThrows(encode, EncodeError);
  assertStrictEquals(error.code, code);
}

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

Deno.test("decodeToServer() keeps a byte order mark, where the generated code loses it", () => {
  for (const length of [1, 127, 128]) {
    const message: ToServer = {
      kind: "init",
      name: "\ufeff" + "é".repeat(length),
      version: 1,
      totalSlots: 1,
      prepopulateActorNames: null,
      metadata: null,
    };
    const frame = encodeToServer(message, 7);
    assertEquals(decodeToServer(frame, 7), message);
    const { val } = GENERATED[7].toServer.decode(frame) as { val: { name: string } };
    assertStrictEquals(val.name.startsWith("\ufeff"), length < 127);
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
  const indexed = (index: number): ToServer => ({
    kind: "tunnel",
    messageId: { ...messageId, messageIndex: index as MessageIndex },
    body: { kind: "responseAbort" },
  });
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
    [indexed(0xffff), true],
    [indexed(0x1_0000), false],
  ];
  for (const version of SUPPORTED_VERSIONS) {
    for (const [message, fits] of table) {
      if (fits) encodeToServer(message, version);
      else assertRefused("encode.invalid_value", () => encodeToServer(message, version));
    }
  }
});

Deno.test("encodeToServer() and encodeToClient() refuse ids that are wider than the wire's", () => {
  const wrong = [
    { ...messageId, gatewayId: 0x1_0000_0000 as GatewayId },
    { ...messageId, gatewayId: -1 as GatewayId },
    { ...messageId, requestId: 0x1_0000_0000 as RequestId },
    { ...messageId, requestId: 1.5 as RequestId },
    { ...messageId, messageIndex: 0x1_0000 as MessageIndex },
  ];
  const bodies = [
    { kind: "webSocketMessage", data: new Uint8Array(1), binary: true },
    { kind: "webSocketClose", code: null, reason: null, hibernate: false },
  ] as const;
  for (const version of SUPPORTED_VERSIONS) {
    for (const messageId of wrong) {
      for (const body of bodies) {
        const message = { kind: "tunnel", messageId, body } as const;
        assertRefused("encode.invalid_value", () => encodeToServer(message, version));
        assertRefused("encode.invalid_value", () => encodeToClient(message, version));
      }
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
