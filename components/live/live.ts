import { type ReadonlySignal, signal } from "@preact/signals";
import type { Message, Topic } from "./topic.ts";

/** How the page stands to its server. */
export type Liveness = "connecting" | "live" | "lost" | "refused";

const RETRY_MS = 1_500;
/** Longer than two heartbeats: then the connection is dead, whatever the browser thinks. */
const SILENCE_MS = 25_000;
const EVENTS = ["value", "rows", "changes", "entries"] as const;

/**
 * Keeps the topics of a page fresh by one stream of the server's. A lost connection is taken up again
 * until the server answers. Each topic then begins anew or goes on where it was, so that nothing is
 * missed or doubled.
 */
export class Live {
  readonly #topics: () => readonly Topic[];
  readonly #liveness = signal<Liveness>("connecting");
  readonly #serverTs = signal(0);
  #source: EventSource | null = null;
  /** Goes on until the next one is open, for the server to be watched all the time. */
  #before: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  /** `topics` is asked at each connection. `ts`: the server's time of what is known already. */
  constructor(topics: () => readonly Topic[], ts: number) {
    this.#topics = topics;
    this.#serverTs.value = ts;
  }

  get liveness(): ReadonlySignal<Liveness> {
    return this.#liveness;
  }

  /** The server's time, in ms since 1970, of its last message. */
  get serverTs(): ReadonlySignal<number> {
    return this.#serverTs;
  }

  /** Begins to listen, or listens to other topics from now on. */
  connect(): void {
    const before = this.#source;
    this.#source = null;
    this.disconnect();
    this.#before = before;
    const topics = new Map(this.#topics().map((topic) => [topic.name, topic]));
    const query = new URLSearchParams();
    for (const topic of topics.values()) query.append("watch", topic.resume());
    const source = this.#source = new EventSource(`/api/live?${query}`);
    const take = (event: string, data: string): void => {
      if (this.#source !== source) return;
      const message = JSON.parse(data) as Message;
      this.#alive(message.ts);
      const topic = topics.get(message.topic);
      if (topic === undefined) return;
      topic.refusal.value = null;
      topic.take(event, message);
    };
    for (const event of EVENTS) source.addEventListener(event, ({ data }) => take(event, data));
    source.addEventListener("refused", ({ data }) => {
      if (this.#source !== source) return;
      const { topic, error } = JSON.parse(data);
      const refused = topics.get(topic);
      if (refused !== undefined) refused.refusal.value = error.message;
    });
    source.addEventListener("heartbeat", ({ data }) => this.#alive(JSON.parse(data).ts));
    source.addEventListener("open", () => this.#leaveBefore());
    source.addEventListener("error", () => {
      if (this.#source === source) this.#lost();
    });
  }

  disconnect(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#watchdog);
    this.#leaveBefore();
    this.#source?.close();
    this.#source = null;
  }

  #leaveBefore(): void {
    this.#before?.close();
    this.#before = null;
  }

  #alive(ts: number): void {
    this.#serverTs.value = ts;
    this.#liveness.value = "live";
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#lost(), SILENCE_MS);
  }

  /**
   * One way back for every kind of loss: the browser's own retry gives up for good when the server
   * answers with an error, as one does that is just starting.
   */
  #lost(): void {
    if (this.#source === null) return;
    this.disconnect();
    if (this.#liveness.value !== "refused") this.#liveness.value = "lost";
    this.#retry = setTimeout(() => this.#reconnect(), RETRY_MS);
  }

  async #reconnect(): Promise<void> {
    if (await isRefused()) this.#liveness.value = "refused";
    this.connect();
  }
}

/** Whether the server is there and does not know this page's cookie, as after a change of token. */
async function isRefused(): Promise<boolean> {
  try {
    return (await fetch("/api/overview", { method: "HEAD" })).status === 401;
  } catch {
    return false;
  }
}
