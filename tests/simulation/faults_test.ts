/**
 * What a client is told when something breaks, and by when, with default options: the bounds of
 * docs/interop.md, "Under faults", on a virtual clock. The same faults between real processes are in
 * tests/interop/faults.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FaultWorld, isAnswered } from "./fault_world.ts";
import type { SimulatedClient } from "./simulated_client.ts";

/** Frames take their time. */
const SOON_MS = 100;

Deno.test("runner killed, none left: a sleeper's client is closed with 1011 within 31 s", async () => {
  const world = await FaultWorld.begin();
  const runner = await world.runner();
  const client = await world.open();
  await world.sleep();
  runner.kill();
  await world.host.advance(SOON_MS);
  client.say();
  const ms = await world.until(() => !client.isOpen);
  assertEquals(client.ended, "1011 guard.actor_ready_timeout");
  assert(ms <= 31_000, `${ms}`);
});

Deno.test("runner killed as a sleeper's client sends, none left: it is closed within 34 s", async () => {
  const world = await FaultWorld.begin();
  const runner = await world.runner();
  const client = await world.open();
  await world.sleep();
  client.say();
  runner.kill();
  const ms = await world.until(() => !client.isOpen);
  assertEquals(client.ended, "1011 guard.actor_ready_timeout");
  assert(ms <= 34_000, `${ms}`);
});

Deno.test("runner killed as a sleeper's client sends: one that joins at 3 s answers it at once", async () => {
  const world = await FaultWorld.begin();
  const runner = await world.runner();
  const client = await world.open();
  await world.sleep();
  client.say();
  runner.kill();
  await world.host.advance(3_000);
  await world.runner();
  assert(await world.until(() => isAnswered(client)) <= SOON_MS);
  world.check();
});

Deno.test("runner killed: another one serves its hibernatable sockets within 5 s", async () => {
  const world = await FaultWorld.begin();
  const runner = await world.runner();
  const client = await world.open();
  await world.runner();
  runner.kill();
  client.say();
  const ms = await world.until(() => isAnswered(client));
  assert(ms <= 5_000, `${ms}`);
  world.check();
});

Deno.test("runner killed: its plain sockets are closed with 1012 at once", async () => {
  const world = await FaultWorld.begin();
  const runner = await world.runner();
  const client = await world.open(false);
  runner.kill();
  client.say();
  assert(await world.until(() => !client.isOpen) <= SOON_MS);
  assertEquals(client.ended, "1012 guard.tunnel_lost");
});

Deno.test("runner killed: a request in flight is answered within 6 s, whatever is left", async () => {
  const cases = [
    { method: "GET", another: false, status: 503, withinMs: 6_000 },
    { method: "GET", another: true, status: 200, withinMs: 6_000 },
    { method: "POST", another: false, status: 503, withinMs: SOON_MS },
    { method: "POST", another: true, status: 503, withinMs: SOON_MS },
  ];
  for (const { method, another, status, withinMs } of cases) {
    const world = await FaultWorld.begin();
    const runner = await world.runner();
    await world.open();
    if (another) await world.runner();
    const response = world.request(method);
    runner.kill();
    const answer = await world.answer(response);
    assertEquals(answer.status, status);
    assert(answer.ms <= withinMs, `${method}: ${answer.ms}`);
  }
});

Deno.test("tunnel cut: every message is answered within 1 s of the reconnect", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.integer({ min: 0, max: 1_000 }),
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 40 }),
      async (seed, awayMs, pauses) => {
        const world = await FaultWorld.begin({ seed });
        const runner = await world.runner();
        const client = await world.open();
        runner.outage(awayMs);
        for (const pause of pauses) {
          client.say();
          await world.host.advance(pause);
        }
        await world.until(() => runner.isBack, 3_000);
        assert(await world.until(() => isAnswered(client)) <= 1_000);
        world.check();
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("tunnel cut: a plain socket is closed with 1012 at once", async () => {
  const world = await FaultWorld.begin();
  const runner = await world.runner();
  const client = await world.open(false);
  runner.outage(800);
  client.say();
  assert(await world.until(() => !client.isOpen) <= SOON_MS);
  assertEquals(client.ended, "1012 guard.tunnel_lost");
});

Deno.test("tunnel half-open: noticed within 19 s by either end, whatever goes on", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(3_000), async (seed, afterMs) => {
      const world = await FaultWorld.begin({ seed });
      const runner = await world.runner();
      const client = await world.open();
      const plain = await world.open(false);
      await world.host.advance(afterMs);
      runner.strand();
      client.say();
      const ms = await world.until(() => isAnswered(client));
      assert(ms <= 19_000, `${ms}`);
      assertEquals(plain.ended, "1012 guard.tunnel_lost");
      world.check();
    }),
    { numRuns: 20 },
  );
});

Deno.test("runner frozen for up to 45 s: all that is sent counts once, all that is sent meanwhile is answered", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.nat(),
        frozenMs: fc.integer({ min: 1, max: 45_000 }),
        first: fc.constantFrom("timers" as const, "frames" as const),
        another: fc.boolean(),
        before: fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 8 }),
        meanwhile: fc.array(fc.integer({ min: 0, max: 6_000 }), { minLength: 1, maxLength: 8 }),
      }),
      async ({ seed, frozenMs, first, another, before, meanwhile }) => {
        const world = await FaultWorld.begin({ seed });
        const runner = await world.runner();
        const client = await world.open();
        if (another) await world.runner();
        const say = async (pause: number): Promise<void> => {
          client.say();
          await world.host.advance(pause);
        };
        for (const pause of before) await say(pause);
        const unsure = client.sent.length;
        runner.freeze();
        world.host.after(frozenMs, () => runner.thaw(first));
        for (const pause of meanwhile) await say(pause);
        await world.host.advance(frozenMs);
        const isServed = (): boolean =>
          client.answered.filter((number) => number > unsure).length ===
            client.sent.length - unsure;
        await world.until(isServed, 5_000);
        client.say();
        assert(await world.until(isServed) <= SOON_MS);
        world.check();
      },
    ),
    { numRuns: 100 },
  );
});

Deno.test("runner frozen for 45 s while its actor sleeps: what wakes it is answered after the thaw", async () => {
  for (const first of ["timers", "frames"] as const) {
    const world = await FaultWorld.begin();
    const runner = await world.runner();
    const client = await world.open();
    await world.sleep();
    runner.freeze();
    client.say();
    await world.host.advance(45_000);
    runner.thaw(first);
    assert(await world.until(() => isAnswered(client)) <= 1_000);
    world.check();
  }
});

Deno.test("runner frozen: another one has its actors within 22 s", async () => {
  const world = await FaultWorld.begin();
  const runner = await world.runner();
  const client = await world.open();
  await world.runner();
  runner.freeze();
  client.say();
  const ms = await world.until(() => isAnswered(client));
  assert(ms <= 22_000, `${ms}`);
  world.check();
});

Deno.test("runner drained: the next message is answered by another at once", async () => {
  const world = await FaultWorld.begin();
  const runner = await world.runner();
  const client = await world.open();
  await world.runner();
  await world.until(() => client.isOpen);
  const drained = runner.runner.shutdown();
  let isOver = false;
  void drained.then(() => isOver = true);
  client.say();
  await world.until(() => isOver);
  client.say();
  assert(await world.until(() => isAnswered(client)) <= SOON_MS);
  world.check();
});

Deno.test("acked traffic never trips the limit of what may be pending", async () => {
  const world = await FaultWorld.begin({ options: { pendingBytes: 100 } });
  await world.runner();
  const client = await world.open();
  for (let i = 0; i < 1_000; i++) {
    client.say();
    await world.until(() => isAnswered(client) && client.socket.pendingBytes === 0);
  }
  assert(client.isOpen);
  world.check();
});

Deno.test("a client that closes while its actor sleeps waits for nobody, and the actor hears of it", async () => {
  const world = await FaultWorld.begin();
  const runner = await world.runner();
  const client = await world.open();
  await world.sleep();
  runner.kill();
  client.leave();
  assertEquals(client.socket.phase, "closed");
  await world.host.advance(10_000);
  await world.runner();
  await world.until(() => world.gateway.view().sockets.length === 0);
});

Deno.test("overload: whoever sends too much is closed with the reason, and nobody else is told of it", async () => {
  const pendingMessages = 64;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 4 }),
      async (seed, rates) => {
        const world = await FaultWorld.begin({ seed, options: { pendingMessages } });
        const runner = await world.runner();
        const clients: { readonly client: SimulatedClient; readonly eachMs: number }[] = [];
        // One that sends what can be carried, and one that sends several times that.
        for (const eachMs of [1, 8, ...rates]) clients.push({ client: await world.open(), eachMs });
        for (let ms = 0; ms < 200; ms++) {
          for (const { client, eachMs } of clients) {
            for (let i = 0; i < eachMs; i++) client.say();
            assert(client.socket.pendingMessages <= pendingMessages);
          }
          await world.host.advance(1);
        }
        await world.until(() => world.gateway.view().pendingMessages === 0, 1_000);
        await world.until(() =>
          clients.every(({ client }) => !client.isOpen || isAnswered(client))
        );
        for (const { client, eachMs } of clients) {
          if (eachMs <= 1) assert(client.isOpen);
          if (eachMs === 8) assert(!client.isOpen);
          if (!client.isOpen) {
            assertEquals(client.ended, "1011 guard.websocket_pending_limit_reached");
          }
          // What was accepted of a client that is closed counts, in its order: all before the one
          // too many.
          const counted = world.committed().filter((text) => text.startsWith(`${client.id}:`));
          const tooMany = client.isOpen ? 0 : 1;
          assertEquals(counted, client.sent.slice(0, client.sent.length - tooMany));
        }
        assertEquals([runner.isBack, runner.runner.view().state], [false, "connected"]);
        const late = await world.open();
        assert(isAnswered(late));
        world.check();
      },
    ),
    { numRuns: 15 },
  );
});
