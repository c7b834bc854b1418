import { assertEquals, assertThrows } from "@std/assert";
import { type ActorDefinition, ActorError, defineActor } from "../../lib/actor/mod.ts";

/** True only for the very same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;
const sameType = <A, B>(same: Same<A, B>): void => assertEquals(same, true as Same<A, B>);

Deno.test("defineActor() infers the type of the state for every handler", () => {
  const definition = defineActor({
    state: () => ({ count: 0 }),
    fetch: (actor) => Response.json(actor.state.count),
    websocket: {
      hibernate: true,
      message(actor, socket, data) {
        sameType<typeof actor.state, { count: number }>(true);
        sameType<typeof data, string | Uint8Array>(true);
        actor.state.count++;
        socket.send(data);
      },
    },
    async alarm(actor) {
      await undefined;
      actor.state = { count: 7 };
    },
  });
  sameType<typeof definition, ActorDefinition<{ count: number }>>(true);
  // What a runner takes.
  const definitions: Record<string, ActorDefinition> = { definition };
  assertEquals(definitions.definition, definition as ActorDefinition);
});

Deno.test("defineActor() without a state has none", () => {
  const definition = defineActor({
    start: (actor) => sameType<typeof actor.state, undefined>(true),
  });
  sameType<typeof definition, ActorDefinition<undefined>>(true);
});

Deno.test("defineActor() takes each output that there is, and refuses any other", () => {
  for (const output of ["committed", "immediate"] as const) {
    assertEquals(defineActor({ output }).output, output);
  }
  for (const [output, shown] of [["Immediate", `"Immediate"`], [true, "true"], [null, "null"]]) {
    // What only a program without types would say.
    const definition = { output } as unknown as ActorDefinition;
    const error = assertThrows(() => defineActor(definition), ActorError);
    assertEquals([error.code, error.message], [
      "actor.definition_invalid",
      `output is ${shown}, "committed" or "immediate" is wanted`,
    ]);
  }
});
