import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { SocketTotals } from "../../lib/gateway/socket_totals.ts";
import { ack, silent } from "../support/fake_runner.ts";
import { GatewayWorld, scene } from "../support/gateway_world.ts";

/** Messages in and out, and what is pending, of each runner and of what is on none. */
function traffic({ gateway }: GatewayWorld): unknown {
  return gateway.traffic().map(({ messagesIn, messagesOut, pendingMessages }) =>
    [messagesIn, messagesOut, pendingMessages] as const
  );
}

Deno.test("traffic: messages count at the runner that has the actor, and elsewhere while it has none", async () => {
  const { world, runner, entry, socket } = await scene({ runner: { script: { message: silent } } });
  socket.fromClient("a");
  socket.fromClient("b");
  await world.settle();
  runner.say(socket.requestId, "answer");
  await world.settle();
  assertEquals(traffic(world), [[2, 1, 2], [0, 0, 0]]);
  runner.ack(socket.requestId, 2);
  await world.settle();
  runner.wantSleep(entry.record.actorId);
  await world.settle();
  runner.script.start = () => {};
  socket.fromClient("c");
  await world.settle();
  assertEquals(traffic(world), [[2, 1, 1], [1, 0, 0]]);
  socket.clientClosed(1000, "");
  await world.shutdown();
});

Deno.test("traffic: what a runner that is given up has counted is not lost", async () => {
  const { world, runner, socket } = await scene({ runner: { script: { message: ack } } });
  for (const text of ["a", "b", "c"]) socket.fromClient(text);
  await world.settle();
  runner.cut();
  await world.host.advance(world.gateway.options.runnerLostThresholdMs);
  assertEquals(traffic(world), [[3, 0, 0]]);
  socket.clientClosed(1000, "");
  await world.shutdown();
});

Deno.test("sleep causes: each way off a runner is told as what it is", async () => {
  const causes: Record<string, (of: Awaited<ReturnType<typeof scene>>) => unknown> = {
    actor: ({ runner, entry }) => runner.wantSleep(entry.record.actorId),
    person: ({ world, entry }) => world.gateway.hibernate(entry.record.actorId),
    drain: ({ runner }) => runner.send({ kind: "stopping" }),
    runner_lost: ({ runner, world }) => {
      runner.cut();
      return world.host.advance(world.gateway.options.runnerLostThresholdMs);
    },
  };
  for (const [cause, act] of Object.entries(causes)) {
    const all = await scene();
    const { world, runner } = all;
    await act(all);
    await world.settle();
    const told = world.heard("actorAsleep").map((args) => args.slice(4));
    assertEquals(told, [[cause, runner.runnerId]], cause);
    all.socket.clientClosed(1000, "");
    await world.shutdown();
  }
});

Deno.test("sleep causes: an actor that no runner had room for was not ready", async () => {
  const world = await GatewayWorld.start();
  const entry = await world.actor();
  world.connect(entry);
  await world.host.advance(world.gateway.options.actorReadyTimeoutMs);
  assertEquals(world.heard("actorAsleep").map((args) => args.slice(4)), [["not_ready", null]]);
  await world.end();
});

Deno.test("the sweep tells about once a second that time goes on", async () => {
  const world = await GatewayWorld.start();
  await world.host.advance(10_000);
  assertEquals(world.heard("swept").length, 10);
  await world.end();
});

Deno.test("hibernation: sleepers are shown with what is kept for them, and their time adds up", async () => {
  const { world, runner, entry, socket } = await scene();
  const { host, gateway } = world;
  const { hibernationKeepAliveMs } = gateway.options;
  const sleepers = () => [...gateway.sleeperLooks()].map((look) => look.view());
  assertEquals(sleepers(), []);
  runner.wantSleep(entry.record.actorId);
  await host.settle();
  const { actorId, name, sleepTs } = entry.record;
  const sleeper = {
    actorId,
    name,
    key: null,
    sleepTs,
    alarmTs: null,
    hibernatingSockets: 1,
    pendingMessages: 0,
    pendingBytes: 0,
    error: null,
    keepAliveTs: socket.openedTs,
  };
  assertEquals(sleepers(), [sleeper]);
  await host.advance(hibernationKeepAliveMs);
  assertEquals(sleepers(), [{ ...sleeper, keepAliveTs: host.epoch() }]);
  assertEquals(gateway.hibernation(), { asleep: 1, asleepMs: hibernationKeepAliveMs });
  socket.fromClient("wake up");
  await host.settle();
  assertEquals(sleepers(), []);
  await host.advance(5_000);
  assertEquals(gateway.hibernation(), { asleep: 0, asleepMs: hibernationKeepAliveMs });
  socket.clientClosed(1000, "");
  await world.shutdown();
});

Deno.test("SocketTotals.asleepMs() is what each part's sleep adds up to, whatever its sockets do", () => {
  const step = fc.record({
    part: fc.nat(2),
    socket: fc.nat(2),
    phase: fc.constantFrom("active" as const, "hibernating" as const, "closed" as const),
    wait: fc.nat(1_000),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const whole = new SocketTotals();
    const parts = [0, 1, 2].map(() => new SocketTotals(whole));
    const phases = parts.map(() => ["closed", "closed", "closed"]);
    let now = 1_000;
    let expected = 0;
    const asleep = (): number => phases.filter((of) => of.includes("hibernating")).length;
    for (const { part, socket, phase, wait } of steps) {
      parts[part]!.moved(phases[part]![socket] as "closed", phase, now);
      phases[part]![socket] = phase;
      expected += wait * asleep();
      now += wait;
      assertEquals([whole.asleep, whole.asleepMs(now)], [asleep(), expected]);
    }
  }));
});
