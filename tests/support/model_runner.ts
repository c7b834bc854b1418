import { distance, messageIndex, type RequestId } from "../../lib/protocol/mod.ts";
import type { ActorId } from "../../lib/protocol/mod.ts";
import { FakeRunner, type FakeRunnerOptions } from "./fake_runner.ts";
import type { GatewayWorld } from "./gateway_world.ts";

interface Kept {
  readonly committed: number;
  readonly handled: readonly string[];
  readonly closes: number;
}

/**
 * What actors keep for good, whichever runner hosts them: for each socket the last index and what
 * was handled up to it, in one write.
 */
export class ActorDisk {
  readonly sockets = new Map<RequestId, Kept>();
  /** Messages that came with something missing before them. */
  gaps = 0;

  handled(request: RequestId): readonly string[] {
    return this.sockets.get(request)?.handled ?? [];
  }
}

/**
 * Runners whose actors keep the rules of `behaviour.md` in the plainest way: messages are handled in
 * order by index, a repeated one is dropped and acked again, and index and effect are kept together
 * before the ack. Commits wait for {@link commit}, so that a test decides what a loss takes back.
 */
export class ModelRunner {
  readonly fake: FakeRunner;
  readonly #world: GatewayWorld;
  readonly #disk: ActorDisk;
  /** Handled and not yet kept. */
  #working = new Map<RequestId, Kept>();
  readonly #first: number;

  constructor(world: GatewayWorld, disk: ActorDisk, first: number, options: FakeRunnerOptions) {
    this.#world = world;
    this.#disk = disk;
    this.#first = first;
    this.fake = FakeRunner.join(world.gateway, world.host, {
      ...options,
      script: {
        start: (self, actor) => {
          this.forget();
          self.event(actor, { kind: "running" });
        },
        open: (self, { messageId }) => {
          const { requestId } = messageId;
          if (!disk.sockets.has(requestId)) {
            disk.sockets.set(requestId, { committed: first, handled: [], closes: 0 });
          }
          self.tell(requestId, { kind: "webSocketOpen", canHibernate: true });
        },
        message: (_self, { messageId, body }) =>
          this.#take(messageId.requestId, messageId.messageIndex, (kept) => ({
            ...kept,
            handled: [...kept.handled, new TextDecoder().decode(body.data)],
          })),
        close: (_self, { messageId }) =>
          this.#take(messageId.requestId, messageId.messageIndex, (kept) => ({
            ...kept,
            closes: kept.closes + 1,
          })),
        stop: (self, actor) => {
          this.commit();
          self.event(actor, { kind: "stopped", code: "ok", message: null });
        },
      },
    });
  }

  /** Whether it hosts the actor now. */
  hosts(actor: ActorId): boolean {
    return this.#world.gateway.actors.peek(actor)?.session?.runnerId === this.fake.runnerId;
  }

  /** Keeps everything handled so far, then acks it. A runner that was given up may keep nothing. */
  commit(): void {
    if (![...this.fake.generations.keys()].some((actor) => this.hosts(actor))) return this.forget();
    for (const [request, kept] of this.#working) {
      this.#disk.sockets.set(request, kept);
      this.fake.ack(request, kept.committed);
    }
    this.#working.clear();
  }

  /** Everything that is not kept is gone: the process died, or the actor crashed. */
  forget(): void {
    this.#working.clear();
  }

  crash(actor: ActorId): void {
    this.forget();
    this.fake.crash(actor, "model");
  }

  #take(request: RequestId, index: number, apply: (kept: Kept) => Kept): void {
    const kept = this.#working.get(request) ?? this.#disk.sockets.get(request) ??
      { committed: this.#first, handled: [], closes: 0 };
    const ahead = distance(messageIndex(kept.committed), messageIndex(index));
    if (ahead <= 0) {
      const durable = this.#disk.sockets.get(request)?.committed ?? this.#first;
      if (distance(messageIndex(durable), messageIndex(index)) <= 0) {
        this.fake.ack(request, durable);
      }
      return;
    }
    if (ahead > 1) this.#disk.gaps++;
    this.#working.set(request, apply({ ...kept, committed: index }));
  }
}
