/** Limits of a runner that no one socket reaches: at their edge, and counted. */
import { assertEquals } from "@std/assert";
import { type ActorDefinition, defineActor } from "../../lib/actor/mod.ts";
import { runnerWorld } from "../support/fake_gateway.ts";

const idle = defineActor({ websocket: { hibernate: true } }) as ActorDefinition;

for (const [eventsUnacked, reached] of [[3, 0], [2, 1]] as const) {
  Deno.test(`runner with eventsUnacked=${eventsUnacked} keeps so many of 3 events`, async () => {
    const { gateway, host, log } = await runnerWorld({ idle }, { eventsUnacked });
    gateway.ackEvents = false;
    for (const name of ["a", "b", "c"]) await gateway.start(name, { name: "idle" });
    assertEquals(log.of(`limit eventsUnacked ${eventsUnacked}`).length, reached);
    gateway.cut();
    await host.settle();
    const before = gateway.heard.length;
    await host.advance(200);
    const again = gateway.heard.slice(before).flatMap((message) =>
      message.kind === "events"
        ? message.events.map(({ checkpoint }): string => checkpoint.actorId)
        : []
    );
    assertEquals(again, ["a", "b", "c"].slice(-eventsUnacked));
  });
}

for (const [departedIds, reached] of [[2, 0], [1, 1]] as const) {
  Deno.test(`runner with departedIds=${departedIds} remembers so many of 2 actors that left`, async () => {
    const { gateway, log } = await runnerWorld({ idle }, { departedIds });
    for (const name of ["a", "b"]) {
      await gateway.start(name, { name: "idle" });
      await gateway.stop(name);
    }
    assertEquals(log.of(`limit departedIds ${departedIds}`).length, reached);
  });
}

for (const [kvRequests, refused] of [[2, 0], [1, 1]] as const) {
  Deno.test(`runner with kvRequests=${kvRequests} takes so many of 2 calls at once`, async () => {
    let made: PromiseSettledResult<unknown>[] = [];
    const definition = defineActor({
      async start(actor) {
        made = await Promise.allSettled([actor.kv.put("a", "1"), actor.kv.put("b", "2")]);
      },
    });
    const { gateway, log } = await runnerWorld({ it: definition as ActorDefinition }, {
      kvRequests,
    });
    await gateway.start("a", { name: "it" });
    assertEquals(made.map(({ status }) => status), [
      "fulfilled",
      refused === 0 ? "fulfilled" : "rejected",
    ]);
    assertEquals(log.of(`limit kvRequests ${kvRequests}`).length, refused);
  });
}
