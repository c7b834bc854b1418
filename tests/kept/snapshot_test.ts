import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ActorError } from "../../lib/actor/mod.ts";
import { gatewayId, KV_LIMITS, messageIndex, requestId } from "../../lib/protocol/mod.ts";
import {
  type Entry,
  type Header,
  HEADER_KEY,
  headerValue,
  indexValue,
  metaKey,
  metaValue,
  type Slot,
  TOMBSTONE,
  windowKey,
} from "../../lib/kept/records.ts";
import { decodeSnapshot } from "../../lib/kept/snapshot.ts";
import { MAX_STATE_BYTES, stateParts } from "../../lib/kept/state_parts.ts";

const g = gatewayId(0xfffefdfc);
const r = requestId(0x80000001);

function kept(text: string, header: Partial<Header> = {}): Entry[] {
  const bytes = new TextEncoder().encode(text);
  const revision = header.revision ?? 7;
  const parts = stateParts(bytes, header.slot ?? 0, revision);
  const all = { revision, parts: parts.length, stateBytes: bytes.length, ...header };
  return [[HEADER_KEY, headerValue(all)], ...parts];
}

Deno.test("decodeSnapshot() reads back what was written, of any length", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom(0, 1), (length, slot) => {
      const text = "é".repeat(length / 2) + "x".repeat(length % 2);
      const entries = kept(text, { slot: slot as Slot });
      assertEquals(entries.every(([, value]) => value.length <= KV_LIMITS.valueBytes), true);
      assertEquals(decodeSnapshot(entries).state === text, true);
    }),
    { numRuns: 20, seed: 1 },
  );
});

Deno.test("decodeSnapshot() reads sockets with any id and index", () => {
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.integer({ min: 0, max: 65_535 }),
    fc.string(),
    (gateway, request, index, path) => {
      const socket = {
        gatewayId: gatewayId(gateway),
        requestId: requestId(request),
        index: messageIndex(index),
        path,
        attachment: "[1]",
      };
      const entries: Entry[] = [
        [metaKey(socket.gatewayId, socket.requestId), metaValue(path, "[1]")],
        [windowKey(socket.gatewayId, socket.requestId), indexValue(socket.index)],
      ];
      assertEquals(decodeSnapshot(entries).sockets, [socket]);
    },
  ));
});

Deno.test("decodeSnapshot() of nothing is an actor that was never committed", () => {
  assertEquals(decodeSnapshot([]), { header: null, state: null, sockets: [], leftovers: [] });
});

Deno.test("decodeSnapshot() ignores and names parts of an earlier, larger state", () => {
  const large = stateParts(new TextEncoder().encode("x".repeat(300_000)), 0, 6);
  const entries = kept("small");
  const decoded = decodeSnapshot([...entries, ...large.slice(1)]);
  assertEquals(decoded.state, "small");
  assertEquals(decoded.leftovers, large.slice(1).map(([key]) => key));
});

Deno.test("decodeSnapshot() ignores and names parts in the slot that the header does not name", () => {
  for (const [slot, other] of [[0, 1], [1, 0]] as const) {
    const entries = kept("x".repeat(300_000), { slot });
    // Half of a commit that never was: of the next revision, or of this one by chance.
    for (const revision of [7, 8]) {
      const half = stateParts(new Uint8Array(400_000), other, revision).slice(0, 2);
      const decoded = decodeSnapshot([entries[0]!, ...half, ...entries.slice(1)]);
      assertEquals(decoded.state === "x".repeat(300_000), true);
      assertEquals(decoded.leftovers, half.map(([key]) => key));
    }
  }
});

Deno.test("decodeSnapshot() of parts alone is an actor that was never committed", () => {
  const half = stateParts(new Uint8Array(400_000), 1, 1);
  const decoded = decodeSnapshot(half);
  assertEquals([decoded.header, decoded.state], [null, null]);
  assertEquals(decoded.leftovers, half.map(([key]) => key));
});

Deno.test("decodeSnapshot() refuses a part of another revision", () => {
  const [header, ...parts] = kept("x".repeat(300_000), { revision: 7 });
  const other = stateParts(new TextEncoder().encode("y".repeat(300_000)), 0, 6);
  const error = assertThrows(
    () => decodeSnapshot([header!, parts[0]!, other[1]!, parts[2]!]),
    ActorError,
  );
  assertEquals(error.code, "actor.state_corrupt");
});

Deno.test("decodeSnapshot() refuses a state with a part missing, cut or too long", () => {
  const [header, ...parts] = kept("x".repeat(300_000));
  const [key, value] = parts[2]!;
  const longer = new Uint8Array(value.length + 1);
  longer.set(value);
  for (
    const broken of [
      [header!, parts[0]!, parts[2]!],
      [header!, parts[0]!, parts[1]!, [key, value.slice(0, -1)] as Entry],
      [header!, parts[0]!, parts[1]!, [key, longer] as Entry],
      [[HEADER_KEY, new TextEncoder().encode("{")] as Entry],
    ]
  ) {
    assertEquals(
      assertThrows(() => decodeSnapshot(broken), ActorError).code,
      "actor.state_corrupt",
    );
  }
});

Deno.test("decodeSnapshot() takes an empty window for a socket that is closed", () => {
  const decoded = decodeSnapshot([
    [metaKey(g, r), metaValue("/", null)],
    [windowKey(g, r), TOMBSTONE],
  ]);
  assertEquals(decoded.sockets, []);
  assertEquals(decoded.leftovers, [windowKey(g, r), metaKey(g, r)]);
});

Deno.test("decodeSnapshot() names a socket's path that no window belongs to", () => {
  const decoded = decodeSnapshot([[metaKey(g, r), metaValue("/", null)]]);
  assertEquals([decoded.sockets, decoded.leftovers], [[], [metaKey(g, r)]]);
});

Deno.test("decodeSnapshot() reads the largest state that there may be", () => {
  const entries = kept("x".repeat(MAX_STATE_BYTES), { slot: 1 });
  assertEquals([entries.length, decodeSnapshot(entries).state?.length], [257, MAX_STATE_BYTES]);
});
