import type { Host, Timer } from "../host/host.ts";
import type { InspectLimits } from "./limits.ts";
import type { Snapshot, Update } from "./snapshot.ts";

/** One message to a watcher; `data` is JSON. */
export interface FeedMessage {
  readonly id: string;
  readonly event: "snapshot" | "update" | "heartbeat";
  readonly data: string;
  /** Milliseconds that a watcher waits before it connects again. */
  readonly retry?: number;
}

/** What a feed tells of. Positions are ids and seconds of what was told last. */
export interface FeedSource {
  snapshot(): Snapshot;
  /** What came after the update before. */
  update(): Update;
}

const RETRY_MS = 1_000;
/** Making updates takes at most one part in so many of the time. */
const REST = 40;

type Watcher = {
  readonly controller: ReadableStreamDefaultController<FeedMessage>;
  /** Has missed an update. */
  behind: boolean;
};

/**
 * Snapshots and updates to whoever watches, made once for all of them, and not at all while nobody
 * does. The pause between two updates grows with what an update costs.
 */
export class Feed {
  readonly #host: Host;
  readonly #limits: InspectLimits;
  readonly #source: FeedSource;
  readonly #instance: string;
  readonly #watchers = new Set<Watcher>();
  #timer: Timer | null = null;
  #sequence = 0;
  #lastState = "";
  #lastSent = 0;
  #closed = false;

  constructor(host: Host, limits: InspectLimits, instance: string, source: FeedSource) {
    this.#host = host;
    this.#limits = limits;
    this.#instance = instance;
    this.#source = source;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /** A stream that begins with a snapshot; `null` when the feed is closed or has enough watchers. */
  watch(): ReadableStream<FeedMessage> | null {
    if (this.#closed || this.#watchers.size >= this.#limits.watchers) return null;
    let watcher: Watcher;
    return new ReadableStream<FeedMessage>({
      start: (controller) => {
        watcher = { controller, behind: false };
        this.#watchers.add(watcher);
        controller.enqueue(this.#message("snapshot", JSON.stringify(this.#source.snapshot())));
        if (this.#timer === null) this.#start();
      },
      cancel: () => this.#leave(watcher),
    }, { highWaterMark: this.#limits.unreadMessages });
  }

  /** Ends every stream, so that a server that shuts down need not wait for them. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = null;
    for (const { controller } of this.#watchers) controller.close();
    this.#watchers.clear();
  }

  /** The first watcher has its snapshot: updates count from now. */
  #start(): void {
    this.#source.update();
    this.#lastState = "";
    this.#lastSent = this.#host.now();
    this.#timer = this.#host.after(this.#limits.updateMs, () => this.#tick());
  }

  #leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    this.#timer?.cancel();
    this.#timer = null;
  }

  #tick(): void {
    const started = this.#host.now();
    const message = this.#next(started);
    if (message !== null) {
      this.#lastSent = started;
      for (const watcher of this.#watchers) this.#give(watcher, message);
    }
    const pause = Math.max(this.#limits.updateMs, (this.#host.now() - started) * REST);
    this.#timer = this.#host.after(pause, () => this.#tick());
  }

  #next(now: number): FeedMessage | null {
    const update = this.#source.update();
    const state = JSON.stringify({ ...update.state, ts: 0 });
    const same = state === this.#lastState;
    this.#lastState = state;
    const quiet = update.events.length + update.requests.length + update.latencySeries.length === 0;
    if (!same || !quiet) {
      return this.#message("update", JSON.stringify(same ? { ...update, state: null } : update));
    }
    if (now - this.#lastSent < this.#limits.heartbeatMs) return null;
    return this.#message("heartbeat", JSON.stringify({ ts: update.ts }));
  }

  #give(watcher: Watcher, message: FeedMessage): void {
    if ((watcher.controller.desiredSize ?? 0) <= 0) {
      watcher.behind = true;
    } else if (watcher.behind) {
      watcher.behind = false;
      watcher.controller.enqueue(
        this.#message("snapshot", JSON.stringify(this.#source.snapshot())),
      );
    } else {
      watcher.controller.enqueue(message);
    }
  }

  #message(event: FeedMessage["event"], data: string): FeedMessage {
    const id = `${this.#instance}-${++this.#sequence}`;
    return event === "snapshot" ? { id, event, data, retry: RETRY_MS } : { id, event, data };
  }
}
