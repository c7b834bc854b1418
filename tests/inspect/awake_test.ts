/** Why an actor is awake: said of the real gateway and the real runner, by the facts they act on. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { defineActor } from "../../lib/actor/mod.ts";
import type { ActorDetail } from "../../lib/gateway/view.ts";
import { WANT_CODES } from "../../lib/gateway/wants.ts";
import { awakeOf } from "../../lib/inspect/awake.ts";
import type { Awake } from "../../lib/inspect/mod.ts";
import type { ActorEntry } from "../../lib/gateway/actor_entry.ts";
import type { ClientSocket } from "../../lib/gateway/client_socket.ts";
import { HOLD_CODES } from "../../lib/runner/holds.ts";
import type { ActorHostView } from "../../lib/runner/view.ts";
import { WholeWorld } from "../support/whole_world.ts";

const SLEEP_AFTER = 1_000;

/** Handlers that wait until they are let go. */
class Slow {
  readonly #waiting: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  letGo(): void {
    this.#waiting.shift()?.();
  }

  letAllGo(): void {
    while (this.#waiting.length > 0) this.letGo();
  }
}

function definitionOf(slow: Slow) {
  return defineActor({
    state: () => ({ count: 0 }),
    sleepAfter: SLEEP_AFTER,
    fetch: async (actor, request) => {
      if (new URL(request.url).pathname === "/slow") await slow.wait();
      actor.state.count++;
      return new Response("done");
    },
    websocket: {
      hibernate: ({ path }) => path !== "/plain",
      message: (actor, _socket, data) => {
        actor.state.count++;
        if (data === "slow") return slow.wait();
      },
    },
  });
}

class Scene {
  readonly slow = new Slow();
  readonly sockets: ClientSocket[] = [];
  world!: WholeWorld;
  actor!: ActorEntry;

  static async start(): Promise<Scene> {
    const scene = new Scene();
    const far = { kvTimeoutMs: 400_000, ackTimeoutMs: 1_000_000 };
    scene.world = await WholeWorld.start({ it: definitionOf(scene.slow) }, {
      gateway: { ackTimeoutMs: far.ackTimeoutMs, webSocketOpenTimeoutMs: far.ackTimeoutMs },
      runner: { kvTimeoutMs: far.kvTimeoutMs },
    });
    scene.actor = await scene.world.actor("it");
    return scene;
  }

  async awake(): Promise<Awake> {
    await this.#readable();
    return await this.world.look(`/api/actors/${this.actor.record.actorId}/awake`);
  }

  /** Codes, those that do not hold it in brackets. */
  async codes(): Promise<string> {
    const { reasons } = await this.awake();
    return reasons.map(({ code, count, holds }) =>
      holds ? `${code} ${count}` : `[${code} ${count}]`
    ).join(", ");
  }

  async open(path: string): Promise<ClientSocket> {
    const { socket } = this.world.connect(await this.current(), path);
    this.sockets.push(socket);
    await this.world.settle();
    return socket;
  }

  /** A sleeper's record is read behind what is being written. */
  async #readable(): Promise<void> {
    if (this.world.gateway.actors.peek(this.actor.record.actorId) !== undefined) return;
    this.world.disk.release();
    await this.world.settle();
  }

  /** The entry that stands for the actor now. */
  async current(): Promise<ActorEntry> {
    await this.#readable();
    const entry = this.world.gateway.actors.get(this.actor.record.actorId);
    await this.world.settle();
    return await entry;
  }

  async end(): Promise<void> {
    this.world.disk.release();
    await this.world.settle();
    this.slow.letAllGo();
    await this.world.settle();
    this.slow.letAllGo();
    for (const socket of this.sockets) socket.clientClosed(1000, "");
    await this.world.shutdown();
  }
}

type Step =
  | { readonly do: "plain" | "hibernatable" | "close" | "message" | "slow message" }
  | { readonly do: "request" | "slow request" | "let go" | "hold the disk" | "release the disk" }
  | { readonly do: "wait"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.nat(2 * SLEEP_AFTER).map((ms) => ({ do: "wait", ms } as const)) },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      ...([
        "plain",
        "hibernatable",
        "close",
        "message",
        "slow message",
        "request",
        "slow request",
        "let go",
        "hold the disk",
        "release the disk",
      ] as const),
    ).map((name) => ({ do: name })),
  },
);

async function take(scene: Scene, step: Step): Promise<void> {
  const { world, slow, sockets } = scene;
  switch (step.do) {
    case "plain":
      return void await scene.open("/plain");
    case "hibernatable":
      return void await scene.open("/");
    case "close":
      return sockets.shift()?.clientClosed(1000, "");
    case "message":
      return sockets.at(-1)?.fromClient("quick");
    case "slow message":
      return sockets.at(-1)?.fromClient("slow");
    case "request":
      return void world.request(await scene.current());
    case "slow request":
      return void world.request(await scene.current(), "/slow");
    case "let go":
      return slow.letGo();
    case "hold the disk":
      return world.disk.hold();
    case "release the disk":
      return world.disk.release();
    case "wait":
      return await pass(scene, step.ms);
  }
}

/** Lets time pass: what was said before it must be what comes of it. */
async function pass(scene: Scene, ms: number): Promise<void> {
  const { world } = scene;
  const before = await scene.awake();
  const said = JSON.stringify(before);
  const holds = before.reasons.filter((reason) => reason.holds);
  assertEquals(before.isComplete, true);
  if (before.phase === "asleep") {
    await world.host.advance(ms);
    if (before.reasons.length === 0) assertEquals(world.phase(scene.actor), "asleep", said);
  } else if (before.phase !== "running") {
    await world.host.advance(ms);
  } else if (holds.length > 0) {
    assertEquals(before.idleLeftMs, null, said);
    await world.host.advance(Math.max(ms, 3 * SLEEP_AFTER));
    assertEquals(world.phase(scene.actor), "running", said);
  } else {
    assert(before.idleLeftMs !== null && before.idleLeftMs <= SLEEP_AFTER, said);
    const [early, late] = [Math.min(ms, before.idleLeftMs - 1), ms];
    if (early >= 0) await world.host.advance(early);
    assertEquals(world.phase(scene.actor), "running", said);
    if (late < before.idleLeftMs) return;
    await world.host.advance(late - Math.max(0, early));
    if (!world.disk.isHeld) assertEquals(world.phase(scene.actor), "asleep", said);
  }
}

Deno.test("an actor without a reason sleeps when its idle time is over, and one that is held does not", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const scene = await Scene.start();
      try {
        await scene.open("/");
        for (const step of steps) {
          await take(scene, step);
          await scene.world.settle();
          for (const { code } of (await scene.awake()).reasons) seen.add(code);
        }
        await pass(scene, 3 * SLEEP_AFTER);
      } finally {
        await scene.end();
      }
    }),
    { numRuns: 150 },
  );
  for (
    const code of [
      "requests_in_flight",
      "plain_sockets",
      "handler_running",
      "messages_unhandled",
      "uncommitted",
      "messages_unacked",
    ]
  ) assert(seen.has(code), `${code} never came up: ${[...seen]}`);
});

Deno.test("reasons are told in their order of importance, with counts and sentences", async () => {
  const scene = await Scene.start();
  const { world } = scene;
  assertEquals(await scene.codes(), "");
  assertEquals((await scene.awake()).phase, "asleep");
  const socket = await scene.open("/");
  await scene.open("/plain");
  for (const text of ["slow", "a", "b"]) socket.fromClient(text);
  void world.request(await scene.current(), "/slow");
  await world.settle();
  assertEquals(
    await scene.codes(),
    "requests_in_flight 1, plain_sockets 1, handler_running 1, messages_unhandled 2, " +
      "[messages_unacked 3]",
  );
  const { reasons, idleLeftMs } = await scene.awake();
  assertEquals(idleLeftMs, null);
  assertEquals(reasons.map(({ sentence }) => sentence), [
    "1 HTTP request is not answered yet",
    "1 WebSocket that cannot hibernate is open",
    "Its message handler is running",
    "2 messages, or what else comes in turn, wait for a handler",
    "3 messages of clients are not acked: asleep, it would be woken at once",
  ]);
  await scene.end();
});

Deno.test("what is not durable holds an actor; what would wake it does, though it is put to sleep", async () => {
  const scene = await Scene.start();
  const { world } = scene;
  const socket = await scene.open("/");
  world.disk.hold();
  socket.fromClient("a");
  await world.settle();
  assertEquals(await scene.codes(), "uncommitted 1, [messages_unacked 1]");
  world.disk.release();
  await world.settle();
  socket.fromClient("slow");
  socket.fromClient("behind it");
  await world.settle();
  const outcome = world.gateway.hibernate(scene.actor.record.actorId);
  await world.settle();
  scene.slow.letGo();
  await world.host.advance(10);
  assertEquals((await outcome).result, "woken_again");
  await scene.end();
});

Deno.test("an actor that never sleeps by itself says so, and that is what happens", async () => {
  const world = await WholeWorld.start({ it: defineActor({ sleepAfter: false }) });
  const actor = await world.actor("it");
  actor.wake("person");
  await world.settle();
  const { reasons } = await world.look(`/api/actors/${actor.record.actorId}/awake`) as Awake;
  assertEquals(reasons.map(({ code, holds }) => [code, holds]), [["never_sleeps", true]]);
  await world.host.advance(600_000);
  assertEquals(world.phase(actor), "running");
  await world.shutdown();
});

Deno.test("where its runner is elsewhere, a gateway tells what it sees, and that this is not all", () => {
  const seen = (phase: string, requestsInFlight: number, plainSockets: number): string => {
    const view = { actorId: "a", phase, requestsInFlight };
    const wants = requestsInFlight === 0
      ? []
      : [{ code: "requests_waiting", count: requestsInFlight }];
    const detail = { view, plainSockets, wants } as unknown as ActorDetail;
    const { reasons, isComplete } = awakeOf({ detail })!;
    return [...reasons.map(({ code, count }) => `${code} ${count}`), isComplete].join();
  };
  assertEquals(seen("running", 2, 1), "requests_in_flight 2,plain_sockets 1,false");
  assertEquals(seen("starting", 0, 0), "starting 1,false");
  assertEquals(seen("pending", 1, 0), "no_runner 1,requests_waiting 1,true");
  assertEquals(seen("asleep", 0, 0), "true");
  const here = { actorId: "a", phase: "running", holds: [], idleLeftMs: 5, sleepAfterMs: 9 };
  const alone = awakeOf({ here: here as unknown as ActorHostView })!;
  assertEquals([alone.reasons.length, alone.idleLeftMs, alone.isComplete], [0, 5, false]);
  assertEquals(awakeOf({}), undefined);
});

Deno.test("docs/inspector.md tells of every reason", () => {
  const text = Deno.readTextFileSync(`${import.meta.dirname}/../../docs/inspector.md`);
  for (const code of ["no_runner", ...HOLD_CODES, ...WANT_CODES]) {
    assert(new RegExp(`^\\| .${code}. `, "m").test(text), code);
  }
});
