import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { ActorEntry } from "../../lib/gateway/actor_entry.ts";
import type { ToServer } from "../../lib/protocol/mod.ts";
import { ack, FakeRunner, silent } from "../support/fake_runner.ts";
import { GatewayWorld, scene } from "../support/gateway_world.ts";

const GARBAGE = new Uint8Array([255, 255, 255]);
const encoder = new TextEncoder();

Deno.test("runner registry: a runner without an init within initTimeoutMs is closed", async () => {
  const world = await GatewayWorld.start();
  const runner = new FakeRunner(world.gateway, world.host);
  runner.connect();
  await world.host.advance(4_999);
  assertEquals(runner.ends, []);
  await world.host.advance(1);
  assertMatch(runner.ends[0]!.reason, /^ws\.timed_out_waiting_for_init#[0-9a-f]{8}$/);
  assertEquals(runner.ends[0]!.code, 1011);
  await world.end();
});

Deno.test("runner registry: an init in time cancels the timeout", async () => {
  const world = await GatewayWorld.start();
  const runner = new FakeRunner(world.gateway, world.host);
  runner.connect();
  await world.host.advance(4_999);
  runner.init();
  await world.host.advance(10);
  assertEquals(runner.ends, []);
  assertEquals(world.gateway.view().runners.length, 1);
  await world.end();
});

Deno.test("runner registry: a first frame that is no init closes the tunnel", async () => {
  for (const version of [7, 2]) {
    const world = await GatewayWorld.start();
    const runner = new FakeRunner(world.gateway, world.host, { version });
    runner.connect();
    runner.sendFrame(GARBAGE);
    await world.settle();
    assertMatch(runner.ends[0]!.reason, /^ws\.invalid_packet#/);
    await world.end();
  }
  const world = await GatewayWorld.start();
  const runner = new FakeRunner(world.gateway, world.host);
  runner.connect();
  runner.send({ kind: "stopping" });
  await world.settle();
  assertMatch(runner.ends[0]!.reason, /^ws\.invalid_packet#/);
  await world.end();
});

Deno.test("runner registry: an init behind a refused first frame makes no runner", async () => {
  const world = await GatewayWorld.start();
  const runner = new FakeRunner(world.gateway, world.host);
  runner.connect();
  runner.sendFrame(GARBAGE);
  runner.init();
  await world.settle();
  assertEquals(world.gateway.view().runners, []);
  assertEquals(world.heard("runnerJoined"), []);
  await world.end();
});

Deno.test("runner registry: a version that nobody speaks is refused", async () => {
  for (const version of [0, 8, 99]) {
    const world = await GatewayWorld.start();
    const runner = FakeRunner.join(world.gateway, world.host, { version });
    await world.settle();
    assertEquals(runner.ends, [{
      code: 1011,
      reason: `ws.invalid_packet#version ${version} is not spoken, 1 to 7 are`,
    }]);
    assertEquals(world.gateway.view().runners, []);
    await world.end();
  }
});

Deno.test("runner session: answers the init with its thresholds", async () => {
  const world = await GatewayWorld.start({
    options: { runnerLostThresholdMs: 7_000, resendTimeoutMs: 8_000 },
  });
  const runner = await world.runner();
  const [init] = runner.received;
  assert(init?.kind === "init");
  assertEquals(init.runnerLostThreshold, 7_000n);
  assertEquals(init.actorStopThreshold, 30_000n);
  await world.end();
});

Deno.test("runner session: a second init and garbage are counted, and the tunnel lives on", async () => {
  const { world, runner, socket } = await scene();
  runner.init();
  runner.sendFrame(GARBAGE);
  runner.sendFrame(new Uint8Array());
  await world.settle();
  assertEquals(world.heard("frameDropped").length, 3);
  assertEquals(runner.ends, []);
  assertEquals(world.gateway.view().runners.length, 1);
  runner.script.message = ack;
  socket.fromClient("still there");
  await world.settle();
  assertEquals(socket.pendingMessages, 0);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("runner session: the same key evicts the older tunnel and keeps the actors", async () => {
  const { world, runner, entry, socket, client } = await scene();
  socket.fromClient("a");
  await world.settle();
  const newer = new FakeRunner(world.gateway, world.host, { script: { message: ack } });
  newer.generations.set(entry.record.actorId, 1);
  newer.reconnect();
  await world.settle();
  assertEquals(runner.ends[0]!.code, 1000);
  assertMatch(runner.ends[0]!.reason, /^ws\.eviction#/);
  assertEquals(newer.runnerId, runner.runnerId);
  assertEquals(newer.commands(), []);
  assertEquals(newer.messages(), ["1:a"]);
  assertEquals(socket.pendingMessages, 0);
  assertEquals(entry.phase, "running");
  assertEquals(client.closes, []);
  // The evicted tunnel's end must not count as the new one's.
  await world.host.advance(10_000);
  assertEquals(world.heard("runnerLost"), []);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("runner session: keys of two namespaces do not meet", async () => {
  const world = await GatewayWorld.start();
  const first = await world.runner({ namespace: "a/b", key: "c" });
  const second = await world.runner({ namespace: "a", key: "b/c" });
  assertEquals(first.ends, []);
  assertNotEquals(first.runnerId, second.runnerId);
  await world.end();
});

Deno.test("runner session: pings each pingIntervalMs and tells the round trip", async () => {
  const world = await GatewayWorld.start();
  const late = (runner: FakeRunner, ts: bigint): void =>
    void world.host.after(40, () => runner.send({ kind: "pong", ts }));
  const runner = await world.runner({ script: { ping: late } });
  await world.host.advance(40);
  assertEquals(world.heard("roundTrip"), [[runner.runnerId, 40]]);
  await world.host.advance(3_000);
  assertEquals(world.heard("roundTrip").length, 2);
  assertEquals(world.gateway.view().runners[0]!.roundTripMs, 40);
  await world.end();
});

Deno.test("runner session: a ping that a cut swallowed does not spoil the next round trip", async () => {
  const world = await GatewayWorld.start();
  const runner = await world.runner({ script: { ping: silent } });
  runner.cut();
  await world.host.advance(2_000);
  runner.script.ping = (self, ts) => self.send({ kind: "pong", ts });
  runner.reconnect();
  await world.settle();
  assertEquals(world.heard("roundTrip"), [[runner.runnerId, 0]]);
  await world.end();
});

Deno.test("runner session: a frozen runner is cut off after pingTimeoutMs", async () => {
  const { world, runner, client } = await scene({ runner: { script: { ping: silent } } });
  await world.host.advance(14_999);
  assertEquals(runner.ends, []);
  await world.host.advance(1);
  assertMatch(runner.ends[0]!.reason, /^ws\.timed_out_waiting_for_pong#/);
  assertEquals(world.heard("runnerDisconnected").length, 1);
  assertEquals(client.closes, []);
  await world.host.advance(3_000);
  assertEquals(world.heard("runnerLost").length, 1);
  await world.shutdown();
});

Deno.test("runner session: within the threshold everything unacked goes out again", async () => {
  const { world, runner, entry, socket } = await scene();
  socket.fromClient("a");
  socket.fromClient("b");
  await world.settle();
  runner.ack(socket.requestId, 1);
  await world.settle();
  runner.cut();
  await world.settle();
  assertEquals(world.gateway.view().runners[0]!.state, "disconnected");
  socket.fromClient("c");
  runner.clear();
  await world.host.advance(2_999);
  runner.script.message = ack;
  runner.reconnect();
  await world.settle();
  assertEquals(runner.messages(), ["2:b", "3:c"]);
  assertEquals(runner.commands(), []);
  assertEquals(socket.pendingMessages, 0);
  assertEquals(entry.record.generation, 1);
  assertEquals(world.heard("messagesResent"), [[entry.record.actorId, socket.requestId, 1]]);
  await world.host.advance(10_000);
  assertEquals(world.heard("runnerLost"), []);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("runner session: an unacked command goes out again, an acked one does not", async () => {
  const world = await GatewayWorld.start();
  const runner = await world.runner({ script: { command: silent, start: silent } });
  const entry = await world.actor();
  entry.wake("person");
  await world.settle();
  runner.cut();
  await world.settle();
  runner.clear();
  runner.script.command = (self, { checkpoint }) =>
    self.send({ kind: "ackCommands", acknowledged: { checkpoints: [checkpoint] } });
  runner.reconnect();
  await world.settle();
  assertEquals(runner.commands().map(({ command }) => command.kind), ["start"]);
  runner.cut();
  await world.settle();
  runner.clear();
  runner.reconnect();
  await world.settle();
  assertEquals(runner.commands(), []);
  await world.shutdown();
});

Deno.test("runner session: a start whose actor runs is not told again, though never acked", async () => {
  const world = await GatewayWorld.start();
  const runner = await world.runner({ script: { command: silent } });
  const entry = await world.actor();
  entry.wake("person");
  await world.settle();
  assertEquals(entry.phase, "running");
  runner.cut();
  await world.settle();
  runner.clear();
  runner.script.stop = silent;
  runner.reconnect();
  await world.settle();
  assertEquals(runner.commands(), []);
  // A stop is told until the actor has stopped.
  entry.stop("sleep");
  runner.cut();
  await world.settle();
  runner.clear();
  runner.reconnect();
  await world.settle();
  assertEquals(runner.commands().map(({ command }) => command.kind), ["stop"]);
  await world.shutdown();
});

Deno.test("runner session: the ack timer starts again with the resend", async () => {
  const { world, runner, socket, client } = await scene({
    options: {
      runnerLostThresholdMs: 60_000,
      resendTimeoutMs: 70_000,
      actorReadyTimeoutMs: 70_000,
      webSocketOpenTimeoutMs: 70_000,
    },
  });
  socket.fromClient("a");
  await world.host.advance(20_000);
  runner.cut();
  await world.host.advance(20_000);
  assertEquals(client.closes, []);
  runner.reconnect();
  await world.host.advance(29_000);
  assertEquals(client.closes, []);
  await world.host.advance(16_000);
  assertEquals(client.ended, "1011 guard.websocket_garbage_collected");
  await world.host.advance(15_000);
  await world.end();
});

Deno.test("runner session: an open without an answer is sent again after a cut", async () => {
  const { world, runner, socket } = await scene({ runner: { script: { open: silent } } });
  runner.cut();
  await world.settle();
  runner.reconnect();
  await world.settle();
  const opens = runner.tunnel("webSocketOpen");
  assertEquals(opens.map(({ messageId }) => messageId.messageIndex as number), [0, 0]);
  assertEquals(socket.phase, "opening");
  runner.tell(socket.requestId, { kind: "webSocketOpen", canHibernate: true });
  await world.settle();
  assertEquals(socket.phase, "active");
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("runner session: lost at the threshold and not before", async () => {
  const { world, runner, entry, socket } = await scene();
  runner.cut();
  await world.host.advance(2_999);
  assertEquals(world.heard("runnerLost"), []);
  assertEquals(entry.phase, "running");
  await world.host.advance(1);
  assertEquals(world.heard("runnerLost").length, 1);
  assertEquals(entry.phase, "asleep");
  assertEquals(socket.phase, "hibernating");
  assertEquals(world.gateway.view().runners, []);
  await world.shutdown();
});

Deno.test("runner session: a lost runner that comes back is a new one", async () => {
  const { world, runner } = await scene();
  const before = runner.runnerId;
  runner.cut();
  await world.host.advance(3_000);
  runner.reconnect();
  await world.settle();
  assertNotEquals(runner.runnerId, before);
  await world.shutdown();
});

Deno.test("runner session: an actor goes on elsewhere when its runner is lost", async () => {
  const { world, runner, entry, socket } = await scene({ actor: { crashPolicy: "restart" } });
  socket.fromClient("a");
  await world.settle();
  const other = await world.runner({ key: "other", script: { message: ack } });
  runner.cut();
  await world.host.advance(3_000);
  assertEquals(entry.phase, "running");
  assertEquals(entry.record.generation, 2);
  assertEquals(other.messages(), ["1:a"]);
  const [start] = other.commands();
  assert(start?.command.kind === "start");
  assertEquals(start.command.hibernatingRequests.map(({ requestId }) => requestId), [
    socket.requestId,
  ]);
  assertEquals(other.tunnel("webSocketOpen"), []);
  assertEquals(world.heard("actorRunning").at(-1)![2], "moved");
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("runner session: a runner that was given up is not listened to", async () => {
  const { world, runner, entry, socket, client } = await scene({
    actor: { crashPolicy: "restart" },
  });
  const { actorId } = entry.record;
  socket.fromClient("a");
  await world.settle();
  const other = await world.runner({ key: "other" });
  runner.cut();
  await world.host.advance(3_000);
  assertEquals(entry.record.generation, 2);
  // It comes back as a new runner and still speaks for the actor that it had.
  runner.reconnect();
  await world.settle();
  const dropped = world.heard("frameDropped").length;
  runner.ack(socket.requestId, 1);
  runner.say(socket.requestId, "from the grave");
  runner.crash(actorId, "from the grave");
  const put: ToServer = {
    kind: "kvRequest",
    actorId,
    requestId: 1,
    request: { kind: "put", keys: [encoder.encode("k")], values: [encoder.encode("v")] },
  };
  runner.send(put);
  await world.settle();
  assertEquals(world.heard("frameDropped").length, dropped + 2);
  assertEquals(socket.pendingMessages, 1);
  assertEquals(client.received, []);
  assertEquals(entry.phase, "running");
  const refused = runner.received.find((message) => message.kind === "kvResponse");
  assert(refused?.kind === "kvResponse" && refused.response.kind === "error");
  assertMatch(refused.response.message, /^kv\.not_hosted: /);
  other.send(put);
  await world.settle();
  const taken = other.received.find((message) => message.kind === "kvResponse");
  assertEquals(taken?.kind === "kvResponse" && taken.response, { kind: "put" });
  // What it says is acked nevertheless, or it would say so for ever.
  assert(runner.received.some((message) => message.kind === "ackEvents"));
  await world.shutdown();
});

Deno.test("runner session: events of two generations in one turn are acked both", async () => {
  const { world, runner, entry } = await scene();
  const { actorId } = entry.record;
  runner.clear();
  const checkpoint = (generation: number, index: bigint) => ({ actorId, generation, index });
  runner.send({
    kind: "events",
    events: [
      {
        checkpoint: checkpoint(0, 5n),
        event: { kind: "stopped", code: "ok", message: null },
      },
      { checkpoint: checkpoint(1, 1n), event: { kind: "setAlarm", alarmTs: null } },
    ],
  });
  await world.settle();
  const acked = runner.received.find((message) => message.kind === "ackEvents");
  assertEquals(acked?.kind === "ackEvents" && acked.acknowledged, {
    checkpoints: [checkpoint(0, 5n), checkpoint(1, 1n)],
  });
  assertEquals(entry.phase, "running");
  await world.shutdown();
});

Deno.test("runner session: Stopping moves its actors and places none there", async () => {
  const { world, runner, entry, socket } = await scene({ actor: { crashPolicy: "restart" } });
  const sleeper = await world.actor({ key: "sleeper" });
  const { client: plain } = await world.open(sleeper);
  const other = await world.runner({ key: "other" });
  runner.send({ kind: "stopping" });
  await world.settle();
  assertEquals(world.gateway.view().runners[0]!.state, "draining");
  assertEquals(entry.phase, "running");
  assertEquals(entry.session?.runnerId, other.runnerId);
  assertEquals(sleeper.phase, "asleep");
  assertEquals(plain.closes, []);
  socket.fromClient("a");
  await world.settle();
  assertEquals(other.messages(), ["1:a"]);
  runner.leave(1000, "pegboard.runner_shutdown");
  await world.host.advance(0);
  assertEquals(world.heard("runnerLost").length, 1);
  await world.shutdown();
});

Deno.test("runner session: its detail has unacked commands, and how many actors were there at a drain", async () => {
  const { world, runner } = await scene({ actor: { crashPolicy: "restart" } });
  await world.settle();
  const detail = () => world.gateway.runnerDetails()[0]!;
  const { isOurs, drain, tunnelTs, namespace } = detail();
  assertEquals({ isOurs, drain, tunnelTs, namespace }, {
    isOurs: false,
    drain: null,
    tunnelTs: world.host.epoch(),
    namespace: "default",
  });
  const before = detail().commandsUnacked;
  const { record: { actorId } } = await world.actor({ key: "another" });
  await world.gateway.wake(actorId);
  assertEquals(detail().commandsUnacked, before + 1);
  await world.settle();
  await world.host.advance(1_000);
  world.gateway.takesActors(detail().runnerId, false);
  const sinceTs = world.host.epoch();
  assertEquals(detail().drain, { by: "operator", sinceTs, actors: 2 });
  await world.host.advance(1_000);
  world.gateway.takesActors(detail().runnerId, false);
  assertEquals(detail().drain?.sinceTs, sinceTs);
  runner.send({ kind: "stopping" });
  await world.settle();
  assertEquals(detail().drain, { by: "runner", sinceTs: sinceTs + 1_000, actors: 2 });
  assertEquals(detail().actors, 0);
  runner.cut();
  await world.settle();
  assertEquals([detail().isOurs, detail().tunnelTs], [null, null]);
  runner.reconnect();
  await world.settle();
  // It may have changed its mind; its operator has not.
  assertEquals(detail().drain?.by, "operator");
  await world.shutdown();
});

Deno.test("runner session: a draining runner alone leaves its actors waiting", async () => {
  const { world, runner, socket, entry } = await scene();
  runner.send({ kind: "stopping" });
  await world.settle();
  assertEquals(entry.phase, "asleep");
  socket.fromClient("a");
  assertEquals(entry.phase, "pending");
  const other = await world.runner({ key: "other" });
  assertEquals(other.messages(), ["1:a"]);
  await world.shutdown();
});

Deno.test("placement: the least loaded runner by share of its slots", async () => {
  const world = await GatewayWorld.start();
  const small = await world.runner({ key: "small", slots: 2 });
  const large = await world.runner({ key: "large", slots: 4 });
  const hosts: string[] = [];
  for (let i = 0; i < 6; i++) {
    const entry = await world.actor({ key: `${i}` });
    entry.wake("person");
    hosts.push(entry.session!.runnerId === small.runnerId ? "small" : "large");
    await world.settle();
  }
  assertEquals(hosts, ["small", "large", "large", "small", "large", "large"]);
  assertEquals(large.generations.size, 4);
  await world.shutdown();
});

Deno.test("placement: the newest program that has room, however busy it is", async () => {
  const world = await GatewayWorld.start();
  await world.runner({ key: "old", slots: 100, programVersion: 1 });
  const young = await world.runner({ key: "new", slots: 2, programVersion: 2 });
  const hosts: boolean[] = [];
  for (let i = 0; i < 3; i++) {
    const entry = await world.actor({ key: `${i}` });
    entry.wake("person");
    hosts.push(entry.session!.runnerId === young.runnerId);
    await world.settle();
  }
  assertEquals(hosts, [true, true, false]);
  await world.shutdown();
});

Deno.test("placement: only runners of the actor's selector and namespace", async () => {
  const world = await GatewayWorld.start();
  await world.runner({ key: "other name", name: "gpu" });
  await world.runner({ key: "other namespace", namespace: "elsewhere" });
  const entry = await world.actor();
  entry.wake("person");
  assertEquals(entry.phase, "pending");
  const right = await world.runner();
  assertEquals(entry.session?.runnerId, right.runnerId);
  await world.shutdown();
});

Deno.test("placement: waiting actors get freed slots in the order they were wanted", async () => {
  const world = await GatewayWorld.start();
  const runner = await world.runner({ slots: 1 });
  const entries: ActorEntry[] = [];
  for (let i = 0; i < 3; i++) {
    const entry = await world.actor({ key: `${i}` });
    entry.wake("person");
    entries.push(entry);
  }
  await world.settle();
  const phases = (): string[] => entries.map(({ phase }) => phase);
  assertEquals(phases(), ["running", "pending", "pending"]);
  runner.wantSleep(entries[0]!.record.actorId);
  await world.settle();
  assertEquals(phases(), ["asleep", "running", "pending"]);
  runner.wantSleep(entries[1]!.record.actorId);
  await world.settle();
  assertEquals(phases(), ["asleep", "asleep", "running"]);
  await world.shutdown();
});

Deno.test("runner session: what an evicted tunnel still brings is dropped", async () => {
  const { world, runner, socket, client } = await scene();
  socket.fromClient("a");
  await world.settle();
  const newer = new FakeRunner(world.gateway, world.host);
  newer.reconnect();
  // Under way when the newer one is taken.
  runner.say(socket.requestId, "old");
  runner.ack(socket.requestId, 1);
  await world.settle();
  assertEquals(world.heard("frameDropped"), [["frame of an old tunnel"], [
    "frame of an old tunnel",
  ]]);
  assertEquals(client.received, []);
  assertEquals(socket.pendingMessages, 1);
  await world.shutdown();
});

Deno.test("runner session: Stopping while an actor falls asleep does not wake it", async () => {
  const { world, runner, entry } = await scene({
    actor: { crashPolicy: "restart" },
    runner: { script: { stop: silent } },
  });
  const { actorId } = entry.record;
  runner.wantSleep(actorId);
  runner.send({ kind: "stopping" });
  await world.runner({ key: "other" });
  runner.event(actorId, { kind: "stopped", code: "ok", message: null });
  await world.settle();
  assertEquals(entry.phase, "asleep");
  assertEquals(entry.record.generation, 1);
  await world.shutdown();
});

Deno.test("runner registry: a late init of a process that is dead drives out nobody, simulation seed 147088", async () => {
  const world = await GatewayWorld.start();
  const alive = await world.runner({ metadata: '{"process":"b"}' });
  const dead = new FakeRunner(world.gateway, world.host, {
    metadata: '{"process":"a"}',
    script: { ping: silent },
  });
  dead.connect();
  dead.init();
  await world.settle();
  dead.cut();
  await world.host.advance(60_000);
  assertEquals(alive.ends, []);
  assertEquals([world.heard("runnerLost"), world.heard("runnerJoined").length], [[], 1]);
  assertEquals(world.gateway.view().runners.map(({ runnerId }) => runnerId), [alive.runnerId]);
  await world.end();
});

Deno.test("runner registry: one with a key in use that never answers is closed after initTimeoutMs", async () => {
  const world = await GatewayWorld.start();
  const alive = await world.runner({ metadata: '{"process":"b"}' });
  const mute = new FakeRunner(world.gateway, world.host, {
    metadata: '{"process":"a"}',
    script: { ping: silent },
  });
  mute.reconnect();
  await world.host.advance(4_999);
  assertEquals(mute.ends, []);
  await world.host.advance(1);
  assertMatch(mute.ends[0]!.reason, /^ws\.timed_out_waiting_for_init#/);
  // What it says all the same counts for nothing.
  await world.host.advance(60_000);
  assertEquals(alive.ends, []);
  await world.end();
});

Deno.test("runner session: a process that takes another's key has none of its actors", async () => {
  const world = await GatewayWorld.start();
  const old = await world.runner({ metadata: '{"process":"a"}' });
  const entry = await world.actor();
  const { socket } = await world.open(entry);
  const next = await world.runner({ metadata: '{"process":"b"}' });
  assertEquals(old.ends[0]!.code, 1000);
  assertNotEquals(next.runnerId, old.runnerId);
  assertEquals(entry.phase, "asleep");
  socket.fromClient("a");
  await world.settle();
  assertEquals(entry.phase, "running");
  assertEquals(next.commands().map(({ command }) => command.kind), ["start"]);
  entry.stop("destroy");
  await world.settle();
  await world.end();
});

for (const metadata of ["", "null", "7", '{"process":"a"}']) {
  Deno.test(`runner session: who says ${metadata || "no JSON"} of itself again is the same runner`, async () => {
    const world = await GatewayWorld.start();
    const old = await world.runner({ metadata });
    const again = await world.runner({ metadata });
    assertEquals(again.runnerId, old.runnerId);
    // One that is sent away does not come back. The older tunnel of one process may be its living
    // one, when the newer is an init that was late.
    const why = metadata.startsWith("{") ? /^ws\.superseded#/ : /^ws\.eviction#/;
    assertMatch(old.ends[0]!.reason, why);
    await world.end();
  });
}

Deno.test("runner session: a runner that comes back with another version is another runner", async () => {
  const world = await GatewayWorld.start();
  const old = await world.runner({ version: 2 });
  const newer = await world.runner();
  assertEquals(old.ends[0]!.code, 1000);
  assertNotEquals(newer.runnerId, old.runnerId);
  assertEquals(world.gateway.view().runners.map(({ protocolVersion }) => protocolVersion), [7]);
  await world.end();
});
