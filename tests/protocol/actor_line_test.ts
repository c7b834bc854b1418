import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import {
  decodeToClient,
  decodeToServer,
  encodeToClient,
  encodeToServer,
  gatewayId,
  isTaken,
  messageIndex,
  readSpeaks,
  requestId,
  speaksBody,
  SUPPORTED_VERSIONS,
  TAKEN_BODY,
} from "../../lib/protocol/mod.ts";

const idsOf = (index: number) => ({
  gatewayId: gatewayId(0x67617465),
  requestId: requestId(7),
  messageIndex: messageIndex(index),
});

Deno.test("readSpeaks() reads what speaksBody() says, with its index, in every version", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.nat(65_535),
      fc.constantFrom(...SUPPORTED_VERSIONS),
      (generation, index, version) => {
        const said = {
          kind: "tunnel",
          messageId: idsOf(index),
          body: speaksBody(generation),
        } as const;
        const heard = decodeToServer(encodeToServer(said, version), version);
        assert(heard.kind === "tunnel");
        assertEquals(heard.messageId, said.messageId);
        assertEquals(readSpeaks(heard.body), generation);
      },
    ),
    { seed: 41 },
  );
});

Deno.test("readSpeaks() takes nothing else for it", () => {
  for (const bytes of [0, 3, 5, 65_536]) {
    const body = new Uint8Array(bytes);
    assertEquals(readSpeaks({ kind: "responseChunk", body, finish: false }), undefined);
  }
  const body = new Uint8Array(4);
  assertEquals(readSpeaks({ kind: "responseChunk", body, finish: true }), undefined);
  assertEquals(readSpeaks({ kind: "webSocketMessage", data: body, binary: true }), undefined);
});

Deno.test("isTaken() knows TAKEN_BODY in every version, with its index, and nothing else", () => {
  for (const version of SUPPORTED_VERSIONS) {
    const said = { kind: "tunnel", messageId: idsOf(65_535), body: TAKEN_BODY } as const;
    const heard = decodeToClient(encodeToClient(said, version), version);
    assert(heard.kind === "tunnel");
    assertEquals(heard.messageId, said.messageId);
    assert(isTaken(heard.body));
  }
  const [empty, one] = [new Uint8Array(0), new Uint8Array(1)];
  assertEquals(isTaken({ kind: "requestChunk", body: one, finish: false }), false);
  assertEquals(isTaken({ kind: "requestChunk", body: empty, finish: true }), false);
  assertEquals(isTaken({ kind: "webSocketMessage", data: empty, binary: true }), false);
});
