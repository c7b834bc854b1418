import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ActorError } from "../../lib/actor/mod.ts";
import { gatewayId, KV_LIMITS, messageIndex, requestId } from "../../lib/protocol/mod.ts";
import {
  decodeSnapshot,
  type Entry,
  type Header,
  HEADER_KEY,
  headerValue,
  indexValue,
  MAX_STATE_BYTES,
  metaKey,
  metaValue,
  parseState,
  serializeState,
  stateParts,
  TOMBSTONE,
  windowKey,
} from "../../lib/runner/snapshot.ts";

const g = gatewayId(0xfffefdfc);
const r = requestId(0x80000001);

function kept(text: string, header: Partial<Header> = {}): Entry[] {
  const bytes = new TextEncoder().encode(text);
  const revision = header.revision ?? 7;
  const parts = stateParts(bytes, revision);
  const all = { revision, parts: parts.length, stateBytes: bytes.length, ...header };
  return [[HEADER_KEY, headerValue(all)], ...parts];
}

Deno.test("decodeSnapshot() reads back what was written, of any length", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MAX_STATE_BYTES }), (length) => {
      const text = "é".repeat(length / 2) + "x".repeat(length % 2);
      const entries = kept(text);
      assertEquals(entries.every(([, value]) => value.length <= KV_LIMITS.valueBytes), true);
      assertEquals(decodeSnapshot(entries).state === text, true);
    }),
    { numRuns: 20 },
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
  const large = stateParts(new TextEncoder().encode("x".repeat(300_000)), 6);
  const entries = kept("small");
  const decoded = decodeSnapshot([...entries, ...large.slice(1)]);
  assertEquals(decoded.state, "small");
  assertEquals(decoded.leftovers, large.slice(1).map(([key]) => key));
});

Deno.test("decodeSnapshot() refuses a part of another revision", () => {
  const [header, ...parts] = kept("x".repeat(300_000), { revision: 7 });
  const other = stateParts(new TextEncoder().encode("y".repeat(300_000)), 6);
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

Deno.test("stateParts() takes a state up to its limit, and not a byte more", () => {
  assertEquals(stateParts(new Uint8Array(MAX_STATE_BYTES - 1), 1).length, 8);
  assertEquals(stateParts(new Uint8Array(MAX_STATE_BYTES), 1).length, 8);
  const error = assertThrows(() => stateParts(new Uint8Array(MAX_STATE_BYTES + 1), 1), ActorError);
  assertEquals(error.code, "actor.state_too_large");
  assertEquals(error.message.includes(String(MAX_STATE_BYTES + 1)), true);
  assertEquals(error.message.includes(String(MAX_STATE_BYTES)), true);
});

Deno.test("stateParts() and a hundred sockets fit into one put", () => {
  const parts = stateParts(new Uint8Array(MAX_STATE_BYTES), 1);
  let bytes = HEADER_KEY.length + 200;
  for (const [key, value] of parts) bytes += key.length + value.length;
  bytes += 118 * (windowKey(g, r).length + 2);
  assertEquals(bytes <= KV_LIMITS.putBytes, true);
  assertEquals(parts.length + 1 + 118 <= KV_LIMITS.keysPerCall, true);
});

Deno.test("serializeState() keeps dates, maps, sets and bytes", () => {
  const state = {
    at: new Date(5),
    map: new Map([["a", new Set([1, 2])]]),
    bytes: Uint8Array.of(1, 2),
    big: 7n,
    none: undefined,
  };
  assertEquals(parseState(serializeState(state)), state);
});

Deno.test("serializeState() says what cannot be kept", () => {
  const error = assertThrows(() => serializeState({ list: [() => 1] }), ActorError);
  assertEquals(error.code, "actor.state_not_serializable");
  assertEquals(
    error.message,
    "The state cannot be kept: Cannot stringify a function at state.list[0]",
  );
  assertEquals(
    assertThrows(() => serializeState(() => 1), ActorError).message,
    "The state cannot be kept: Cannot stringify a function at state",
  );
});

Deno.test("parseState() refuses what is no state", () => {
  assertEquals(assertThrows(() => parseState("nope"), ActorError).code, "actor.state_corrupt");
});
