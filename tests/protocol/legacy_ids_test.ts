import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  decodeToClient,
  decodeToServer,
  EncodeError,
  encodeToClient,
  encodeToServer,
  gatewayId,
  messageIndex,
  requestId,
  type ToServer,
} from "@/lib/protocol/mod.ts";
import { packIds, unpackIds } from "@/lib/protocol/legacy_ids.ts";
import { messageId } from "./arbitraries.ts";
import { packedIds } from "./packed_ids.ts";

const RECORDED = {
  gatewayId: gatewayId(0xbf902de7),
  requestId: requestId(0xa98a2a6f),
  messageIndex: messageIndex(1),
};

Deno.test("packIds() makes the ids that the engine was recorded with", () => {
  const { requestId, messageId } = packIds(RECORDED);
  assertEquals(requestId.toHex(), "bf902de7a98a402a806f000000000000");
  assertEquals(messageId.toHex(), "bf902de7a98a402a806f010000000000");
});

Deno.test("unpackIds() undoes packIds()", () => {
  fc.assert(fc.property(messageId, (id) => {
    assertEquals(packIds(id), packedIds(id));
    assertEquals(unpackIds(packIds(id)), id);
  }));
});

Deno.test("unpackIds() takes index 0 from a message id made up at random", () => {
  const { requestId } = packIds(RECORDED);
  const messageId = Uint8Array.fromHex("b2a7e7578266541330341f008d07b5c1");
  assertEquals(unpackIds({ requestId, messageId }), { ...RECORDED, messageIndex: messageIndex(0) });
});

Deno.test("decodeToServer() of v2 keeps the ids of the wire, for a tunnelAck to echo", () => {
  const legacyIds = {
    requestId: packIds(RECORDED).requestId,
    messageId: Uint8Array.fromHex("b2a7e7578266541330341f008d07b5c1"),
  };
  const abort: ToServer = {
    kind: "tunnel",
    messageId: { ...RECORDED, messageIndex: messageIndex(0) },
    body: { kind: "responseAbort" },
    legacyIds,
  };
  const decoded = decodeToServer(encodeToServer(abort, 2), 2);
  assertEquals(decoded, abort);
  const ack = { ...abort, body: { kind: "tunnelAck" } } as const;
  assertEquals(decodeToClient(encodeToClient(ack, 2), 2), ack);
});

Deno.test("decodeToClient() of v2 takes the index from the message, not from its id", () => {
  const message = {
    kind: "tunnel",
    messageId: { ...RECORDED, messageIndex: messageIndex(9) },
    body: { kind: "webSocketMessage", data: Uint8Array.of(1), binary: false },
    legacyIds: packIds({ ...RECORDED, messageIndex: messageIndex(12) }),
  } as const;
  assertEquals(decodeToClient(encodeToClient(message, 2), 2), message);
});

Deno.test("encodeToServer() refuses legacyIds that have not 16 bytes", () => {
  const right = new Uint8Array(16);
  for (const length of [0, 15, 17]) {
    const wrong = new Uint8Array(length);
    for (
      const legacyIds of [
        { requestId: wrong, messageId: right },
        { requestId: right, messageId: wrong },
      ]
    ) {
      const message = {
        kind: "tunnel",
        messageId: RECORDED,
        body: { kind: "responseAbort" },
        legacyIds,
      } as const;
      const error = assertThrows(() => encodeToServer(message, 2), EncodeError);
      assertStrictEquals(error.code, "encode.invalid_value");
    }
  }
});

Deno.test("encodeToServer() refuses legacyIds of another message", () => {
  const others = [
    { ...RECORDED, gatewayId: gatewayId(1) },
    { ...RECORDED, requestId: requestId(1) },
    { ...RECORDED, messageIndex: messageIndex(2) },
  ];
  for (const version of [1, 2] as const) {
    for (const other of others) {
      const legacyIds = packIds(other);
      const body = { kind: "responseAbort" } as const;
      const message = { kind: "tunnel", messageId: RECORDED, body, legacyIds } as const;
      const error = assertThrows(() => encodeToServer(message, version), EncodeError);
      assertStrictEquals(error.code, "encode.invalid_value");
    }
  }
});
