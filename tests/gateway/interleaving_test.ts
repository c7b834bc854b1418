import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ClientSocket } from "../../lib/gateway/client_socket.ts";
import type { SocketPhase } from "../../lib/gateway/observer.ts";
import type { SocketView } from "../../lib/gateway/view.ts";
import type { FakeClient } from "../support/fake_client.ts";
import { GatewayWorld } from "../support/gateway_world.ts";
import { ActorDisk, ModelRunner } from "../support/model_runner.ts";

const CLIENTS = 3;
const RUNNERS = 2;
const client = fc.nat(CLIENTS - 1);
const runner = fc.nat(RUNNERS - 1);

/** One thing that happens. `settle` and `wait` let the rest of the world go on in between. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("message" as const), client }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("settle" as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("commit" as const), runner }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("sleep" as const), runner }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("hibernate" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wake" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("request" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), runner }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("cut" as const), runner }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("reconnect" as const), runner }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const), runner }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), client }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.integer({ min: 1, max: 900 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type Pending = Pick<SocketView, "pendingMessages" | "pendingBytes">;

class Story {
  readonly disk = new ActorDisk();
  readonly runners: ModelRunner[] = [];
  readonly up: boolean[] = [];
  readonly clients: { socket: ClientSocket; client: FakeClient; accepted: string[] }[] = [];
  readonly answers: Promise<Response>[] = [];
  #count = 0;

  private constructor(readonly world: GatewayWorld, readonly first: number) {}

  static async begin(first: number): Promise<Story> {
    const world = await GatewayWorld.start({
      options: { firstMessageIndex: first, crashesBeforeClose: 1_000 },
    });
    const story = new Story(world, first);
    for (let i = 0; i < RUNNERS; i++) story.#join(i);
    await world.settle();
    const entry = await world.actor({ crashPolicy: "restart" });
    for (let i = 0; i < CLIENTS; i++) story.clients.push({ ...world.connect(entry), accepted: [] });
    // An open that the actor crashes on is refused: what is told here is told of open sockets.
    await world.settle();
    return story;
  }

  get #entry() {
    return this.clients[0]!.socket.actor;
  }

  async play(step: Step): Promise<void> {
    const { world } = this;
    const { record } = this.#entry;
    switch (step.do) {
      case "message": {
        const { socket, accepted } = this.clients[step.client]!;
        if (socket.isClientGone) return;
        const text = `${this.#count++}`;
        accepted.push(text);
        return socket.fromClient(text);
      }
      case "settle":
        return await world.settle();
      case "commit":
        if (this.up[step.runner]) this.runners[step.runner]!.commit();
        return;
      case "sleep":
        if (this.#hosts(step.runner)) this.runners[step.runner]!.fake.wantSleep(record.actorId);
        return;
      case "hibernate":
        world.gateway.hibernate(record.actorId).catch(() => {});
        return;
      case "wake":
        return await world.gateway.wake(record.actorId);
      case "request":
        this.answers.push(world.request(this.#entry));
        return;
      case "crash":
        if (this.#hosts(step.runner)) this.runners[step.runner]!.crash(record.actorId);
        return;
      case "cut":
        if (this.up[step.runner]) this.runners[step.runner]!.fake.cut();
        this.up[step.runner] = false;
        return;
      case "reconnect":
        if (!this.up[step.runner]) this.#return(step.runner);
        return;
      case "lose":
        // Its process dies: what it had not kept is gone, and it comes back as another.
        if (this.up[step.runner]) this.runners[step.runner]!.fake.cut();
        this.runners[step.runner]!.forget();
        await world.host.advance(3_000);
        this.#join(step.runner);
        return;
      case "leave":
        return this.clients[step.client]!.socket.clientClosed(1000, "");
      case "wait":
        return await world.host.advance(step.ms);
    }
  }

  /** Everything is well again, and has time to come to rest. */
  async calm(): Promise<void> {
    const { world } = this;
    for (let i = 0; i < RUNNERS; i++) if (!this.up[i]) this.#return(i);
    for (let second = 0; second < 90; second++) {
      for (const each of this.runners) each.commit();
      await world.host.advance(1_000);
    }
  }

  /** What was counted as it happened is what going through all sockets finds. */
  checkTotals(): void {
    const { sockets, actors, ...summary } = this.world.gateway.view();
    const sum = (all: readonly Pending[], of: keyof Pending): number =>
      all.reduce((total, each) => total + each[of], 0);
    const inPhase = (phase: SocketPhase): number =>
      sockets.filter((socket) => socket.phase === phase).length;
    const { pendingMessages, pendingBytes, socketsOpen, socketsHibernating } = summary;
    for (const all of [sockets, actors]) {
      assertEquals(sum(all, "pendingMessages"), pendingMessages);
      assertEquals(sum(all, "pendingBytes"), pendingBytes);
    }
    assertEquals(socketsOpen, sockets.length - inPhase("closed"));
    assertEquals(socketsHibernating, inPhase("hibernating"));
  }

  check(): void {
    const { gateway } = this.world;
    assertEquals(this.disk.gaps, 0, "a message came with one before it missing");
    for (const { socket, client, accepted } of this.clients) {
      assertEquals(client.closes, [], "the gateway closed a healthy client");
      assertEquals(this.disk.handled(socket.requestId), accepted);
      assertEquals(socket.pendingMessages, 0);
      const closes = this.disk.sockets.get(socket.requestId)?.closes;
      assertEquals(closes, socket.isClientGone ? 1 : 0, "the actor hears of a close once");
    }
    const open = this.clients.filter(({ socket }) => !socket.isClientGone);
    assertEquals(gateway.view().sockets.length, open.length);
    assertEquals(gateway.view().requestsInFlight, 0);
    assertEquals(this.world.heard("requestEnded").length, this.answers.length);
    assertEquals(this.world.heard("ackRefused").filter(([, , why]) => why === "future"), []);
  }

  async end(): Promise<void> {
    for (const { socket } of this.clients) socket.clientClosed(1000, "");
    await this.calm();
    for (const answer of this.answers) assert((await answer).status >= 200);
    await this.world.end();
  }

  #join(index: number): void {
    this.runners[index] = new ModelRunner(this.world, this.disk, this.first, {
      key: `runner ${index}`,
    });
    this.up[index] = true;
  }

  #return(index: number): void {
    this.runners[index]!.fake.reconnect();
    this.up[index] = true;
  }

  #hosts(index: number): boolean {
    return this.up[index]! && this.runners[index]!.hosts(this.#entry.record.actorId);
  }
}

Deno.test("gateway: whatever happens, each accepted message is handled once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0, 32_760, 65_530),
      fc.array(step, { maxLength: 60 }),
      async (first, steps) => {
        const story = await Story.begin(first);
        for (const each of steps) {
          await story.play(each);
          story.checkTotals();
        }
        await story.calm();
        story.check();
        await story.end();
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});
