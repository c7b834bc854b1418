import { EventSourceParserStream } from "eventsource-parser/stream";
import type { Message, Topic } from "../components/live/topic.ts";

export type Liveness = "connecting" | "live" | "lost" | "refused";

export interface FeedOptions {
  readonly url: string;
  readonly token: string;
  readonly topics: readonly Topic[];
  /** Called after each message, and when the connection changes. */
  readonly told: () => void;
  /** From a lost connection to the next try, in milliseconds. */
  readonly retryMs?: number;
}

/**
 * Keeps topics fresh by one stream of a server's. A lost connection is taken up again until it is
 * ended, or refused: then {@link problem} says why, in the server's words.
 */
export class Feed {
  liveness: Liveness = "connecting";
  problem = "";
  /** The server's time of its last message, in ms since 1970. */
  serverTs = 0;
  readonly #options: FeedOptions;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Returns when `ended` is aborted, or the server refuses. */
  async run(ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      try {
        await this.#listen(ended);
        this.#become("lost", "the server ended the stream");
      } catch (error) {
        this.#become("lost", error instanceof Error ? error.message : String(error));
      }
      if (this.liveness === "refused") return;
      await passed(this.#options.retryMs ?? 1_000, ended);
    }
  }

  async #listen(ended: AbortSignal): Promise<void> {
    const { url, token, topics } = this.#options;
    const query = new URLSearchParams(topics.map((topic) => ["watch", topic.resume()]));
    const response = await fetch(new URL(`/api/live?${query}`, url), {
      headers: { authorization: `Bearer ${token}` },
      signal: ended,
    });
    if (!response.ok) {
      const { message } = await response.json().catch(() => ({ message: "no reason" }));
      const isFinal = response.status < 500 && response.status !== 429;
      return this.#become(isFinal ? "refused" : "lost", `${response.status}: ${message}`);
    }
    const byName = new Map(topics.map((topic) => [topic.name, topic]));
    const events = response.body!
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    for await (const { event = "", data } of events) {
      const message = JSON.parse(data) as Message;
      if (typeof message.ts === "number") this.serverTs = message.ts;
      byName.get(message.topic)?.take(event, message);
      this.#become("live", "");
    }
  }

  #become(liveness: Liveness, problem: string): void {
    if (this.liveness === "refused") return;
    this.liveness = liveness;
    this.problem = problem;
    this.#options.told();
  }
}

/** Resolves after a time, or as soon as it is `ended`. */
function passed(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ended.aborted) return resolve();
    const timer = setTimeout(done, ms);
    ended.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      ended.removeEventListener("abort", done);
      resolve();
    }
  });
}
