import { assertEquals } from "@std/assert";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { MemoryBackend, STORE_DEFAULTS } from "../../lib/store/mod.ts";
import { GatewayWorld, scene } from "../support/gateway_world.ts";

Deno.test("gateway restart: sockets are cleared, actors settled, alarms kept", async () => {
  const host = new VirtualHost();
  const backend = new MemoryBackend(STORE_DEFAULTS);
  const alarmTs = host.epoch() + 20_000;
  const before = await scene({ host, backend });
  const { actorId } = before.entry.record;
  before.runner.event(actorId, { kind: "setAlarm", alarmTs: BigInt(alarmTs) });
  before.socket.fromClient("a");
  const eager = await before.world.actor({ key: "eager", crashPolicy: "restart" });
  eager.wake("person");
  const sleeper = await before.world.actor({ key: "sleeper" });
  await before.world.settle();
  assertEquals((await before.world.store.sockets.list()).length, 1);
  // The process ends without a word: nothing of it runs any more.
  const after = await GatewayWorld.start({ host: new VirtualHost(), backend });
  assertEquals(await after.store.sockets.list(), []);
  assertEquals((await after.store.actors.get(actorId))?.sleepTs, after.host.epoch());
  assertEquals((await after.store.actors.get(sleeper.record.actorId))?.startTs, null);
  assertEquals(after.phase(actorId), "forgotten");
  assertEquals(after.phase(eager.record.actorId), "pending");
  const runner = await after.runner();
  assertEquals(runner.commands().map(({ checkpoint }) => checkpoint), [
    { actorId: eager.record.actorId, generation: 2, index: 0n },
  ]);
  await after.host.advance(19_999);
  assertEquals(after.phase(actorId), "forgotten");
  await after.host.advance(1);
  assertEquals(after.phase(actorId), "running");
  assertEquals(runner.commands().at(-1)!.checkpoint.generation, 2);
  await after.shutdown();
});

Deno.test("gateway restart: an alarm that fell due meanwhile rings at once", async () => {
  const host = new VirtualHost();
  const backend = new MemoryBackend(STORE_DEFAULTS);
  const { world, runner, entry, socket } = await scene({ host, backend });
  const { actorId } = entry.record;
  socket.clientClosed(1000, "");
  runner.event(actorId, { kind: "setAlarm", alarmTs: BigInt(host.epoch() + 1_000) });
  runner.wantSleep(actorId);
  await world.settle();
  await world.shutdown();
  const later = new VirtualHost({ epochStart: host.epoch() + 5_000 });
  const after = await GatewayWorld.start({ host: later, backend });
  await after.runner();
  await after.host.advance(0);
  assertEquals(after.heard("actorWaking").map(([, , cause]) => cause), ["alarm"]);
  assertEquals(after.phase(actorId), "running");
  await after.shutdown();
});

Deno.test("gateway.shutdown() closes clients and runners and leaves nothing running", async () => {
  const { world, runner, entry, client } = await scene();
  const waiting = await world.actor({ key: "waiting", runnerNameSelector: "none" });
  const { client: waitingClient } = world.connect(waiting);
  entry.wake("person");
  await world.shutdown();
  assertEquals(client.ended, "1012 guard.gateway_shutdown");
  assertEquals(waitingClient.ended, "1012 guard.gateway_shutdown");
  assertEquals(runner.ends, [{ code: 1012, reason: "guard.gateway_shutdown" }]);
  assertEquals(world.gateway.view().sockets, []);
});
