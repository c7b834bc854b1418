import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ReceiveWindow } from "../../../lib/delivery/mod.ts";
import { defineActor } from "../../../lib/actor/mod.ts";
import { VirtualHost } from "../../../lib/host/virtual_host.ts";
import { createInspector } from "../../../lib/inspect/mod.ts";
import { answerOf, lookAt } from "../../../lib/inspect/api/mod.ts";
import { actorId, gatewayId, messageIndex, requestId } from "../../../lib/protocol/mod.ts";
import { FakeSource } from "../../support/fake_source.ts";
import { WholeWorld } from "../../support/whole_world.ts";

// deno-lint-ignore no-explicit-any -- as it is, for programs
type Answer = any;

const SLEEP_AFTER = 1_000;

const counter = defineActor({
  state: () => ({ count: 0 }),
  sleepAfter: SLEEP_AFTER,
  websocket: {
    hibernate: true,
    message(actor, socket, data) {
      if (data === "sleep") return actor.sleep();
      actor.state.count++;
      socket.send(`${actor.state.count}`);
    },
  },
});

Deno.test("real actors that sleep, wake and answer keep what is promised, and each message is counted", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("a", "b", "sleep", "wait", "turn"), { maxLength: 40 }),
      async (steps) => {
        const world = await WholeWorld.start({ counter });
        const { socket, client } = world.connect(await world.actor("counter"));
        await world.settle();
        let said = 0;
        for (const step of steps) {
          if (step === "wait") await world.host.advance(SLEEP_AFTER);
          else if (step === "turn") await world.settle();
          else {
            socket.fromClient(step);
            said++;
          }
        }
        await world.settle();
        await world.host.advance(SLEEP_AFTER);
        const { lost, doubled, reordered, checked, cases } = await world.look("/api/promises");
        assertEquals([lost, doubled, reordered, cases], [0, 0, 0, []]);
        const answers = steps.filter((step) => step === "a" || step === "b").length;
        // What an actor that falls asleep has said may arrive when it is gone: that is not looked at.
        assert(checked >= said && checked <= said + answers, `${checked} of ${said} + ${answers}`);
        await world.shutdown();
        void client;
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("a window that drops a message, and counts it as received, is seen", async () => {
  const receive = ReceiveWindow.prototype.receive;
  // The planted bug.
  ReceiveWindow.prototype.receive = function (index) {
    const verdict = receive.call(this, index);
    return index === 3 ? "inFlight" : verdict;
  };
  try {
    const world = await WholeWorld.start({ counter });
    const { socket } = world.connect(await world.actor("counter"));
    await world.settle();
    for (const text of ["a", "b", "c", "d"]) socket.fromClient(text);
    await world.settle();
    const { lost, cases: [first] } = await world.look("/api/promises");
    assertEquals([lost, first.detail], [1, "4 was handled, and 3 before it was not"]);
    await world.shutdown();
  } finally {
    ReceiveWindow.prototype.receive = receive;
  }
});

Deno.test("a broken promise turns the lamp red, is told of, and its case is kept: the first four", async () => {
  const host = new VirtualHost();
  const inspector = createInspector({ host, role: "all" });
  const source = new FakeSource(host, inspector.gatewayObserver, inspector.runnerObserver);
  inspector.observe({ gateway: source.gateway, runner: source.runner });
  const followed = {
    gatewayId: gatewayId(1),
    requestId: requestId(0xabcd),
    actorId: actorId("actor"),
    path: "/",
    protocols: null,
  };
  const near = inspector.gatewayObserver.followSocket!(followed)!;
  const far = inspector.runnerObserver.followSocket!(followed)!;
  const say = (index: number) =>
    near.clientSaid(messageIndex(index), {
      data: new TextEncoder().encode(`${index}`),
      binary: false,
    });
  const look = async (path: string): Promise<Answer> => {
    const { resource, look } = lookAt(inspector.inspected, new URL(path, "http://localhost"));
    return await answerOf(resource, look);
  };
  say(1);
  say(2);
  say(3);
  await host.advance(1);
  far.handled(messageIndex(1));
  await host.advance(1);
  assertEquals((await look("/api/promises")).checked, 1);
  // The planted bug: 2 is skipped.
  far.handled(messageIndex(3));
  const { lost, doubled, reordered, cases } = await look("/api/promises");
  assertEquals([lost, doubled, reordered], [1, 0, 0]);
  assertEquals(cases.map(({ id, kind, requestId }: Answer) => [id, kind, requestId]), [
    [1, "lost", "0000abcd"],
  ]);
  const kept = await look("/api/promises/1");
  assertEquals(kept.messages.map(({ index, text }: Answer) => [index, text]), [[3, "3"], [2, "2"], [
    1,
    "1",
  ]]);
  const [event] = (await look("/api/events")).rows;
  assertEquals([event.kind, event.promise], ["promise_broken", "lost"]);
  const { text } = await inspector.metrics();
  assert(text.includes(`dormouse_promises_broken_total{promise="lost"} 1`));
  for (let i = 0; i < 9; i++) far.handled(messageIndex(1));
  assertEquals((await look("/api/promises")).cases.length, 4);
  inspector.close();
});

Deno.test("where one end is elsewhere nobody knows whether promises are kept, and that is what is said", async () => {
  for (const role of ["gateway", "runner"] as const) {
    const inspector = createInspector({ host: new VirtualHost(), role });
    const { resource, look } = lookAt(
      inspector.inspected,
      new URL("/api/promises", "http://localhost"),
    );
    const { checked, lost, cases } = await answerOf(resource, look) as Answer;
    assertEquals([checked, lost, cases], [null, null, []]);
    inspector.close();
  }
});
