/**
 * Random lives of one stateful actor: messages, commits that finish late, cuts, replays, sleeps,
 * crashes, connection losses. Whatever happens, each message counts exactly once in the kept state,
 * in order, and no ack runs ahead of the store.
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type ActorDefinition, defineActor } from "../../lib/actor/mod.ts";
import { distance, messageIndex } from "../../lib/protocol/mod.ts";
import type { Entry } from "../../lib/kept/records.ts";
import { decodeSnapshot } from "../../lib/kept/snapshot.ts";
import { parseState } from "../../lib/kept/state_text.ts";
import { type FakeClient, type RunnerWorld, runnerWorld } from "../support/fake_gateway.ts";

type Step =
  | { readonly kind: "send"; readonly socket: number; readonly count: number }
  | { readonly kind: "lose"; readonly socket: number }
  | { readonly kind: "answer"; readonly count: number }
  | { readonly kind: "fail" }
  | { readonly kind: "cut"; readonly awayMs: number }
  | { readonly kind: "sleep" }
  | { readonly kind: "replay" }
  | { readonly kind: "turn" }
  | { readonly kind: "wait"; readonly ms: number };

interface Journal {
  seen: string[];
}

/** Notes every message in its state; every third one is handled across an await. */
const journal = defineActor({
  state: (): Journal => ({ seen: [] }),
  sleepAfter: false,
  websocket: {
    hibernate: true,
    message(actor, socket, data) {
      const note = (): void => {
        actor.state.seen.push(`${socket.id.slice(8)}:${data}`);
        socket.send(String(data));
      };
      if (Number(data) % 3 !== 0) return note();
      return Promise.resolve().then(() => {}).then(note);
    },
  },
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("send" as const),
      socket: fc.integer({ min: 0, max: 2 }),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("lose" as const),
      socket: fc.integer({ min: 0, max: 2 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      count: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "fail" } as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("cut" as const),
      awayMs: fc.integer({ min: 0, max: 4_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "sleep" } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: "replay" } as const) },
  { weight: 5, arbitrary: fc.constant({ kind: "turn" } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.integer({ min: 1, max: 500 }),
    }),
  },
);

class Life {
  readonly world: RunnerWorld;
  readonly clients: FakeClient[] = [];
  readonly sent: string[][] = [[], [], []];
  readonly #acked = new Map<FakeClient, number>();

  constructor(world: RunnerWorld) {
    this.world = world;
  }

  static async begin(firstIndex: number): Promise<Life> {
    const life = new Life(await runnerWorld({ journal: journal as ActorDefinition }));
    const { gateway } = life.world;
    await gateway.start("a", { name: "journal" });
    for (let i = 0; i < 3; i++) life.clients.push(await gateway.open("a", "/", { firstIndex }));
    gateway.kvMode = "hold";
    return life;
  }

  async play(step: Step): Promise<void> {
    const { gateway, host } = this.world;
    switch (step.kind) {
      case "send":
        for (let i = 0; i < step.count; i++) this.#send(step.socket, !this.isRunning);
        return;
      case "lose":
        // Handed to the tunnel in the moment that it breaks.
        this.#send(step.socket, true);
        return this.#cut(0);
      case "answer":
        gateway.answerKv(step.count);
        return;
      case "fail":
        gateway.answerKv(1, "kv.actor_full: The actor is full");
        await host.settle();
        if (!this.isRunning) await this.#wake();
        return;
      case "cut":
        return this.#cut(step.awayMs);
      case "sleep":
        if (!this.isRunning) return;
        await gateway.stop("a");
        await this.#answerAll();
        return this.#wake();
      case "replay":
        if (this.isRunning) gateway.replay();
        return;
      case "turn":
        await host.settle();
        return;
      case "wait":
        await host.advance(step.ms);
        return;
    }
  }

  /** Everything that was begun ends: nothing is in the way any more. */
  async end(): Promise<void> {
    const { gateway, host } = this.world;
    await host.advance(5_000);
    gateway.kvMode = "answer";
    gateway.answerKv();
    await host.settle();
    if (!this.isRunning) await this.#wake();
    gateway.replay();
    await host.settle();
  }

  /** Whether the gateway takes the actor for running: then its clients' messages are passed on. */
  get isRunning(): boolean {
    const { gateway } = this.world;
    if (!gateway.isConnected) return false;
    const generation = gateway.generation("a");
    const last = gateway.eventWrappers("a")
      .filter(({ checkpoint }) => checkpoint.generation === generation).at(-1);
    return last?.event.kind === "running" || last?.event.kind === "setAlarm";
  }

  check(): void {
    const { gateway } = this.world;
    const snapshot = decodeSnapshot(entriesOf(this.world));
    for (const client of this.clients) {
      const acks = client.acks();
      const kept = snapshot.sockets.find(({ requestId }) => requestId === client.requestId);
      // Acked ≤ committed: what the store has now is at least what any ack so far has said.
      for (const ack of acks.slice(this.#acked.get(client) ?? 0)) {
        assertEquals(distance(messageIndex(ack), kept!.index) >= 0, true, "ack before commit");
      }
      this.#acked.set(client, acks.length);
    }
    const state = snapshot.state === null ? { seen: [] } : parseState(snapshot.state) as Journal;
    assertEquals(new Set(state.seen).size, state.seen.length, "counted twice");
    for (const [i, client] of this.clients.entries()) {
      const own = state.seen.filter((line) =>
        line.startsWith(`${client.requestId.toString(16).padStart(8, "0")}:`)
      )
        .map((line) => line.slice(9));
      assertEquals(own, this.sent[i]!.slice(0, own.length), "not the messages in their order");
    }
    assertEquals(gateway.sockets.size, 3);
  }

  #send(socket: number, lost: boolean): void {
    const text = String(this.sent[socket]!.length);
    this.sent[socket]!.push(text);
    this.clients[socket]!.send(text, { lost });
  }

  async #cut(awayMs: number): Promise<void> {
    const { gateway, host } = this.world;
    gateway.isDown = true;
    gateway.cut();
    await host.advance(awayMs);
    gateway.isDown = false;
    while (!gateway.isConnected) await host.advance(100);
    await host.settle();
    if (this.isRunning) gateway.replay();
    else await this.#wake();
  }

  async #answerAll(): Promise<void> {
    const { gateway, host } = this.world;
    for (let i = 0; i < 20 && gateway.heldKv > 0; i++) {
      gateway.answerKv();
      await host.settle();
    }
  }

  async #wake(): Promise<void> {
    const { gateway, host } = this.world;
    await this.#answerAll();
    await gateway.start("a", { name: "journal", hibernating: gateway.hibernating("a") });
    await this.#answerAll();
    if (this.isRunning) gateway.replay();
    await host.settle();
  }
}

function entriesOf({ gateway }: RunnerWorld): Entry[] {
  return gateway.kv.keys("a").filter((key) => key.startsWith("00")).map((key) => [
    Uint8Array.from(key.match(/../g)!, (digits) => parseInt(digits, 16)),
    gateway.kv.value("a", key)!,
  ]);
}

Deno.test("runner counts each message exactly once in the kept state, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(0, 32_765, 65_530),
      async (steps, firstIndex) => {
        const life = await Life.begin(firstIndex);
        for (const step of steps) {
          await life.play(step);
          life.check();
        }
        await life.end();
        life.check();
        const { gateway, runner } = life.world;
        for (const [i, client] of life.clients.entries()) {
          assertEquals(client.isClosed, false, `socket ${i} was closed`);
          assertEquals(client.pending.length, 0, `socket ${i} has messages without an ack`);
        }
        const state = parseState(decodeSnapshot(entriesOf(life.world)).state!) as Journal;
        assertEquals(state.seen.length, life.sent.flat().length);
        void runner.shutdown({ deadlineMs: 1_000 });
        await life.world.host.advance(1_000);
        assertEquals([gateway.isConnected, life.world.host.timers], [false, 0]);
      },
    ),
    { numRuns: 150 },
  );
});
