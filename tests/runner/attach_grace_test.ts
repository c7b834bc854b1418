import { assertEquals } from "@std/assert";
import { defineActor } from "../../lib/actor/mod.ts";
import { DORMOUSE_PROTOCOL } from "../../lib/protocol/mod.ts";
import { runnerWorld } from "../support/fake_gateway.ts";

const GRACE = { attachGraceMs: 500 };

/** Says its life's number to everyone when its alarm wakes it, and answers. */
const herald = defineActor({
  state: () => ({ life: 0 }),
  sleepAfter: 100,
  alarm(actor) {
    actor.state.life++;
    for (const part of [1, 2]) actor.broadcast(`life ${actor.state.life}, ${part}`);
  },
  websocket: {
    hibernate: true,
    open: (actor) => actor.setAlarm(actor.now() + 1_000),
    message: (_actor, socket, data) => socket.send(`re ${data}`),
  },
});

async function asleepWithAlarm(options = GRACE, protocol?: string) {
  const world = await runnerWorld({ herald }, options, { ...(protocol && { protocol }) });
  const { gateway, host } = world;
  await gateway.start("a", { name: "herald" });
  const first = await gateway.open("a");
  const second = await gateway.open("a");
  await gateway.stop("a");
  await host.advance(1_000);
  await gateway.start("a", { name: "herald", hibernating: gateway.hibernating("a") });
  await host.advance(1);
  return { ...world, first, second };
}

Deno.test("attachGraceMs holds back what a woken actor says on restored sockets, in order", async () => {
  const { host, first, second } = await asleepWithAlarm();
  await host.advance(498);
  assertEquals([first.texts(), second.texts()], [[], []]);
  await host.advance(1);
  for (const client of [first, second]) {
    assertEquals(client.texts(), ["life 1, 1", "life 1, 2"]);
  }
});

Deno.test("attachGraceMs keeps the actor awake until it is over", async () => {
  const { gateway, host } = await asleepWithAlarm();
  await host.advance(589);
  assertEquals(gateway.eventNames("a").at(-1), "setAlarm");
  await host.advance(20);
  assertEquals(gateway.eventNames("a").at(-1), "intent sleep");
});

Deno.test("attachGraceMs ends for a socket that the gateway sends something for, and for no other", async () => {
  const { host, first, second } = await asleepWithAlarm();
  first.send("hi");
  await host.settle();
  assertEquals(first.texts(), ["life 1, 1", "life 1, 2", "re hi"]);
  assertEquals([first.acks(), second.texts()], [[1], []]);
  second.send("hi");
  await host.settle();
  assertEquals(second.texts(), ["life 1, 1", "life 1, 2", "re hi"]);
});

Deno.test("attachGraceMs ends with the actor's life: what it said goes out ahead of its stop", async () => {
  const { gateway, first } = await asleepWithAlarm();
  await gateway.stop("a");
  assertEquals(first.texts(), ["life 1, 1", "life 1, 2"]);
  const order = gateway.heard.flatMap((message) =>
    message.kind === "events" ? message.events.map(({ event }) => event.kind) : [message.kind]
  );
  assertEquals(order.lastIndexOf("stopped") > order.lastIndexOf("tunnel"), true);
});

Deno.test("attachGraceMs and a cut: what waits goes out when both are over", async () => {
  const { gateway, host, first } = await asleepWithAlarm();
  gateway.cut();
  await host.advance(90);
  assertEquals(gateway.links, 1);
  await host.advance(300);
  assertEquals([gateway.links, first.texts()], [2, []]);
  await host.advance(120);
  assertEquals(first.texts(), ["life 1, 1", "life 1, 2"]);
});

Deno.test("attachGraceMs concerns no socket that is opened in this life", async () => {
  const { gateway, host } = await asleepWithAlarm();
  const fresh = await gateway.open("a");
  fresh.send("hi");
  await host.settle();
  assertEquals(fresh.texts(), ["re hi"]);
});

Deno.test("attachGraceMs concerns no gateway of ours", async () => {
  const { first } = await asleepWithAlarm(GRACE, DORMOUSE_PROTOCOL);
  assertEquals(first.texts(), ["life 1, 1", "life 1, 2"]);
});

Deno.test("attachGraceMs of 0 holds nothing back", async () => {
  const { first } = await asleepWithAlarm({ attachGraceMs: 0 });
  assertEquals(first.texts(), ["life 1, 1", "life 1, 2"]);
});
