import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ActorError } from "../../lib/actor/mod.ts";
import { parseState, serializeState, StateWriter } from "../../lib/kept/state_text.ts";

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

Deno.test("StateWriter.write() writes what serializeState() does, whatever changed in between", () => {
  const value = fc.oneof(
    fc.constantFrom<unknown>(0, -0, NaN, 1, 1n, "1", true, null, undefined, "", "a"),
    fc.constantFrom<unknown>([], [1], {}, new Date(5), new Map()),
  );
  const name = fc.constantFrom("a", "b", "__proto__x", "1");
  const change = fc.oneof(
    fc.record({ kind: fc.constant("set"), name, value }),
    fc.record({ kind: fc.constant("drop"), name, value }),
    fc.record({ kind: fc.constant("nothing"), name, value }),
    fc.record({ kind: fc.constant("other state"), name, value }),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      const writer = new StateWriter();
      let state: unknown = { a: 0 };
      for (const { kind, name, value } of changes) {
        const object = state as Record<string, unknown>;
        if (kind === "other state") state = fc.stringify(value).length % 2 ? { ...object } : value;
        else if (typeof state !== "object" || state === null) state = { [name]: value };
        else if (kind === "set") object[name] = value;
        else if (kind === "drop") delete object[name];
        assertEquals(writer.write(state), serializeState(state));
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("StateWriter.write() sees what is in an object deeper down, and what cannot be kept", () => {
  const writer = new StateWriter();
  const state: Record<PropertyKey, unknown> = { list: [1] };
  writer.write(state);
  (state.list as number[]).push(2);
  assertEquals(writer.write(state), serializeState(state));
  delete state.list;
  writer.write(state);
  state[Symbol("hidden")] = 1;
  assertThrows(() => writer.write(state), ActorError, "symbolic keys");
});
