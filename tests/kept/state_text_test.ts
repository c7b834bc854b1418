import { assertEquals, assertThrows } from "@std/assert";
import { ActorError } from "../../lib/actor/mod.ts";
import { parseState, serializeState } from "../../lib/kept/state_text.ts";

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
