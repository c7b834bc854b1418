import { assert, assertEquals } from "@std/assert";
import { defineActor } from "../../lib/actor/mod.ts";
import { AWAKE_ACTOR_BYTES } from "../../lib/inspect/hibernation.ts";
import { createInspector } from "../../lib/inspect/mod.ts";
import { answerOf, lookAt } from "../../lib/inspect/api/mod.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { FakeSource } from "../support/fake_source.ts";
import { WholeWorld } from "../support/whole_world.ts";

const SLEEP_AFTER = 1_000;
const HOUR = 3_600_000;

const echo = defineActor({
  sleepAfter: SLEEP_AFTER,
  websocket: { hibernate: true, message: (_actor, socket, data) => socket.send(data) },
});

Deno.test("hibernation is told with its causes, and what it saved is the time asleep times what was measured", async () => {
  const world = await WholeWorld.start({ echo });
  const actor = await world.actor("echo");
  const { socket } = world.connect(actor);
  await world.settle();
  const look = () => world.look("/api/hibernation");
  const nobody = {
    asleep: 0,
    sockets: 0,
    asleepMs: 0,
    sleeps: {},
    wakes: { open: 1 },
    saved: { actorHours: 0, bytesEach: AWAKE_ACTOR_BYTES, bytesNow: 0, mebibyteHours: 0 },
  };
  assertEquals(await look(), nobody);
  assertEquals((await world.look("/api/hibernation/sleepers")).rows, []);

  await world.host.advance(SLEEP_AFTER);
  await world.settle();
  const { asleep, sockets, sleeps } = await look();
  assertEquals({ asleep, sockets, sleeps }, { asleep: 1, sockets: 1, sleeps: { actor: 1 } });
  const [sleeper] = (await world.look("/api/hibernation/sleepers")).rows;
  const { hibernationKeepAliveMs } = world.gateway.options;
  assertEquals(sleeper.nextKeepAliveTs - sleeper.keepAliveTs, hibernationKeepAliveMs);
  assertEquals(
    [sleeper.actorId, sleeper.hibernatingSockets, sleeper.pendingMessages],
    [actor.record.actorId, 1, 0],
  );

  await world.host.advance(HOUR - (world.host.epoch() - sleeper.sleepTs));
  const { asleepMs, saved } = await look();
  assertEquals([asleepMs, saved.actorHours], [HOUR, 1]);
  assertEquals(saved.bytesNow, AWAKE_ACTOR_BYTES);
  assertEquals(saved.mebibyteHours, AWAKE_ACTOR_BYTES / 2 ** 20);

  socket.fromClient("wake up");
  await world.settle();
  const after = await look();
  assertEquals([after.asleep, after.wakes, after.saved.bytesNow], [0, { open: 1, message: 1 }, 0]);
  await world.host.advance(SLEEP_AFTER / 2);
  assertEquals((await look()).asleepMs, HOUR);
  await world.shutdown();
});

Deno.test("a runner alone does not know who sleeps, and says so instead of 0", async () => {
  const host = new VirtualHost();
  const inspector = createInspector({ host, role: "runner" });
  inspector.observe({ runner: new FakeSource(host, {}).runner });
  const ask = async (path: string): Promise<unknown> => {
    const { resource, look } = lookAt(inspector.inspected, new URL(path, "http://localhost"));
    return await answerOf(resource, look);
  };
  assertEquals(await ask("/api/hibernation"), {
    asleep: null,
    sockets: null,
    asleepMs: null,
    sleeps: {},
    wakes: {},
    saved: null,
  });
  inspector.close();
});

Deno.test("AWAKE_ACTOR_BYTES is what was measured, within a tenth", async () => {
  const url = new URL("../../docs/performance.json", import.meta.url);
  const { studies } = JSON.parse(await Deno.readTextFile(url));
  const memory = studies.find(({ name }: { name: string }) => name === "memory");
  const { values } = memory.measurements.find((
    it: { case: string; contender: string; figure: string },
  ) =>
    it.case === "awake actor with a socket" && it.contender === "Dormouse's runner" &&
    it.figure === "JS heap KiB"
  );
  const measured = values.toSorted((a: number, b: number) => a - b)[values.length >> 1] * 1024;
  assert(Math.abs(AWAKE_ACTOR_BYTES / measured - 1) < 0.1, `${measured} bytes were measured`);
});
