import type { Host, Timer } from "../../host/host.ts";
import { GatewayError } from "../../gateway/errors.ts";
import type { InspectLimits } from "../limits.ts";
import { type Telling, tellingOf, type Topic } from "./telling.ts";

/** One server-sent event. */
export interface FeedMessage {
  readonly id: string;
  readonly event: "value" | "rows" | "changes" | "entries" | "refused" | "heartbeat";
  /** JSON. */
  readonly data: string;
  /** Milliseconds that a watcher waits before it connects again. */
  readonly retry: number;
}

const RETRY_MS = 1_000;
/** All watchers together have at most one part in so many of the time. */
const REST = 40;

/**
 * Streams to whoever watches, each of the topics that it asked for, and no work while nobody does.
 * A watcher that does not read is told nothing until it does, and then what is new by then. The
 * pause between two looks grows with what a look costs, and with how many watch.
 */
export class Watchers {
  readonly #host: Host;
  readonly #limits: InspectLimits;
  readonly #instance: string;
  readonly #watchers = new Set<Watcher>();
  #sequence = 0;
  #closed = false;

  constructor(host: Host, limits: InspectLimits, instance: string) {
    this.#host = host;
    this.#limits = limits;
    this.#instance = instance;
  }

  get size(): number {
    return this.#watchers.size;
  }

  /** `null` when they are closed, or enough. */
  watch(topics: readonly Topic[]): ReadableStream<FeedMessage> | null {
    if (this.#closed || this.#watchers.size >= this.#limits.watchers) return null;
    let watcher: Watcher;
    return new ReadableStream<FeedMessage>({
      start: (controller) => {
        watcher = new Watcher(topics, controller, this.#host, this.#limits, {
          id: () => `${this.#instance}-${++this.#sequence}`,
          pause: (costMs) => Math.max(this.#limits.updateMs, costMs * REST * this.#watchers.size),
        });
        this.#watchers.add(watcher);
        return watcher.look();
      },
      cancel: () => {
        watcher.stop();
        this.#watchers.delete(watcher);
      },
    }, { highWaterMark: this.#limits.unreadMessages });
  }

  /** Ends every stream, so that a server that shuts down need not wait for them. */
  close(): void {
    this.#closed = true;
    for (const watcher of this.#watchers) watcher.end();
    this.#watchers.clear();
  }
}

interface Pacing {
  readonly id: () => string;
  readonly pause: (costMs: number) => number;
}

class Watcher {
  readonly #tellings: Map<string, Telling>;
  readonly #controller: ReadableStreamDefaultController<FeedMessage>;
  readonly #host: Host;
  readonly #limits: InspectLimits;
  readonly #pacing: Pacing;
  /** To be called when it leaves. */
  readonly #leaves: (() => void)[];
  #timer: Timer | null = null;
  #stopped = false;
  #lastSent: number;

  constructor(
    topics: readonly Topic[],
    controller: ReadableStreamDefaultController<FeedMessage>,
    host: Host,
    limits: InspectLimits,
    pacing: Pacing,
  ) {
    this.#leaves = topics.flatMap(({ resource, look }) =>
      resource.kind === "log" && resource.watch !== undefined ? [resource.watch(look)] : []
    );
    this.#tellings = new Map(topics.map((topic) => [topic.name, tellingOf(topic)]));
    this.#controller = controller;
    this.#host = host;
    this.#limits = limits;
    this.#pacing = pacing;
    this.#lastSent = host.now();
  }

  /** Tells of what is new in every topic, now and from now on. */
  async look(): Promise<void> {
    const started = this.#host.now();
    try {
      if ((this.#controller.desiredSize ?? 0) > 0) await this.#tellAll(started);
    } catch (error) {
      this.stop();
      this.#controller.error(error);
    }
    if (this.#stopped) return;
    const pause = this.#pacing.pause(this.#host.now() - started);
    this.#timer = this.#host.after(pause, () => void this.look());
  }

  async #tellAll(now: number): Promise<void> {
    for (const [topic, telling] of this.#tellings) await this.#tell(topic, telling);
    if (!this.#stopped && now - this.#lastSent >= this.#limits.heartbeatMs) {
      this.#send("heartbeat", JSON.stringify({ ts: this.#host.epoch() }));
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    for (const leave of this.#leaves.splice(0)) leave();
  }

  end(): void {
    this.stop();
    this.#controller.close();
  }

  /** What is no longer there is told of once. */
  async #tell(topic: string, telling: Telling): Promise<void> {
    try {
      const told = await telling.next();
      if (told !== null && !this.#stopped) this.#send(told.event, told.data);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#tellings.delete(topic);
      const { group, code, message } = error;
      if (this.#stopped) return;
      this.#send("refused", JSON.stringify({ topic, error: { group, code, message } }));
    }
  }

  #send(event: FeedMessage["event"], data: string): void {
    const id = this.#pacing.id();
    this.#lastSent = this.#host.now();
    this.#controller.enqueue({ id, event, data, retry: RETRY_MS });
  }
}
