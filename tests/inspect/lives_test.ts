import { assertEquals } from "@std/assert";
import { defineActor } from "../../lib/actor/mod.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { Lives } from "../../lib/inspect/lives.ts";
import type { Life } from "../../lib/inspect/mod.ts";
import { actorId } from "../../lib/protocol/mod.ts";
import { WholeWorld } from "../support/whole_world.ts";

Deno.test("a life has its wake's cause, how long each part of it took, and how it ended", async () => {
  const pause = (ms: number) => new Promise<void>((resolve) => world.host.after(ms, resolve));
  const world: WholeWorld = await WholeWorld.start({
    it: defineActor({
      state: () => ({ n: 0 }),
      sleepAfter: 1_000,
      start: () => pause(20),
      websocket: { hibernate: true, message: () => pause(7) },
    }),
  });
  const actor = await world.actor("it", "k");
  const { socket } = world.connect(actor);
  await world.host.advance(100);
  await world.host.advance(2_000);
  assertEquals(world.phase(actor), "asleep");
  socket.fromClient("wake");
  await world.host.advance(100);

  const { rows, inAll } = await world.look(`/api/actors/${actor.record.actorId}/lives`);
  const [second, first]: Life[] = rows;
  assertEquals(inAll, 2);
  assertEquals([first!.cause, first!.generation, first!.end], ["open", 1, "sleep"]);
  assertEquals([first!.sleepCause, first!.kept, first!.closed], ["actor", 1, 0]);
  assertEquals([second!.cause, second!.generation, second!.end], ["message", 2, null]);
  const { commandMs, loadMs, restoreMs, handlerMs, wakeMs } = second!;
  assertEquals({ commandMs, loadMs, restoreMs, handlerMs, wakeMs }, {
    commandMs: 0,
    loadMs: 0,
    restoreMs: 20,
    handlerMs: 7,
    wakeMs: 20,
  });
  assertEquals(second!.runningTs! - second!.wantedTs, 20);
  assertEquals(second!.wantedTs - first!.endTs! > 0, true);
  await world.shutdown();
});

Deno.test("a request is the first that an actor handles, where it woke for one", async () => {
  const world: WholeWorld = await WholeWorld.start({
    it: defineActor({
      fetch: async () => {
        await new Promise<void>((resolve) => world.host.after(9, resolve));
        return new Response("done");
      },
    }),
  });
  const actor = await world.actor("it");
  void world.request(actor);
  await world.host.advance(50);
  void world.request(actor);
  await world.host.advance(50);
  const [life]: Life[] = (await world.look(`/api/actors/${actor.record.actorId}/lives`)).rows;
  assertEquals([life!.cause, life!.handlerMs], ["request", 9]);
  await world.shutdown();
});

Deno.test("a wait for a runner with room counts as the command's; a life that never ran has no times", async () => {
  const world = await WholeWorld.start({
    it: defineActor({
      sleepAfter: 1_000,
      start: (actor) => {
        if (actor.key === "bad") throw new Error("no luck");
      },
    }),
  }, { slots: 1 });
  const livesOf = async (id: string): Promise<Life[]> =>
    (await world.look(`/api/actors/${id}/lives`)).rows;
  const [first, second, bad] = [
    await world.actor("it"),
    await world.actor("it"),
    await world.actor("it", "bad"),
  ];
  first.wake("person");
  await world.host.advance(400);
  second.wake("person");
  await world.settle();
  const { actorId } = second.record;
  assertEquals((await world.look(`/api/actors/${actorId}/awake`)).reasons[0].code, "no_runner");
  await world.host.advance(1_000);
  const [waited] = await livesOf(actorId);
  assertEquals([waited!.commandMs, waited!.loadMs, waited!.wakeMs], [600, 0, 600]);

  await world.host.advance(2_000);
  bad.wake("person");
  await world.host.advance(10);
  const [crashed] = await livesOf(bad.record.actorId);
  assertEquals([crashed!.end, crashed!.runningTs, crashed!.wakeMs], ["crash", null, null]);
  assertEquals(crashed!.detail?.includes("no luck"), true);
  await world.shutdown();
});

Deno.test("at most `lives` of an actor are kept, and those of `livingActors` that woke last", () => {
  const host = new VirtualHost();
  const lives = new Lives(host, { lives: 2, livingActors: 2 });
  const [a, b, c] = ["a", "b", "c"].map(actorId);
  for (let i = 0; i < 3; i++) {
    lives.wanted(a!, "message");
    lives.ended(a!, { end: "sleep", kept: 0, closed: 0 });
  }
  assertEquals(lives.of(a!).map(({ id }) => id), [3, 2]);
  lives.wanted(b!, "open");
  lives.ended(a!, { end: "crash", detail: "It had ended before" });
  assertEquals(lives.of(a!)[0]!.end, "sleep");
  lives.wanted(a!, "alarm");
  lives.wanted(c!, "open");
  assertEquals([lives.of(a!).length, lives.of(b!).length, lives.of(c!).length], [2, 0, 1]);
  assertEquals(lives.size, 2);
});

Deno.test("a runner alone tells of its own half, and of what began before it was looked at", () => {
  const host = new VirtualHost();
  const lives = new Lives(host, { lives: 2, livingActors: 2 });
  const a = actorId("a");
  lives.started(a, 4, { receivedAt: 0, loadedAt: 1, runningAt: 3 }, true);
  lives.handled(a, 4, 5);
  const [life] = lives.of(a);
  const { cause, generation, commandMs, loadMs, restoreMs, handlerMs, wakeMs } = life!;
  assertEquals({ cause, generation, commandMs, loadMs, restoreMs, handlerMs, wakeMs }, {
    cause: null,
    generation: 4,
    commandMs: null,
    loadMs: 1,
    restoreMs: 2,
    handlerMs: 2,
    wakeMs: 3,
  });
  const b = actorId("b");
  lives.running(b, "moved", 12, { generation: 2, runnerId: "r" });
  assertEquals([lives.of(b)[0]!.cause, lives.of(b)[0]!.wakeMs], ["moved", 12]);
});
