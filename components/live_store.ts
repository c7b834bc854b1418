import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Snapshot, Update } from "../lib/inspect/mod.ts";
import { applyUpdate } from "./apply_update.ts";

/** How the page stands to its server. */
export type Liveness = "connecting" | "live" | "lost" | "refused";

const RETRY_MS = 1_500;
/** Longer than two heartbeats: then the connection is dead, whatever the browser thinks. */
const SILENCE_MS = 25_000;

/**
 * The snapshot that the page shows, kept fresh by the server's events. A lost connection is taken up
 * again until the server answers; the snapshot that begins each connection replaces everything, so
 * nothing is missed or doubled.
 */
export class LiveStore {
  readonly #snapshot: Signal<Snapshot>;
  readonly #liveness = signal<Liveness>("connecting");
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(first: Snapshot) {
    this.#snapshot = signal(first);
  }

  get snapshot(): ReadonlySignal<Snapshot> {
    return this.#snapshot;
  }

  get liveness(): ReadonlySignal<Liveness> {
    return this.#liveness;
  }

  /** Begins to listen; returns how to stop. */
  connect(): () => void {
    this.#open();
    return () => {
      clearTimeout(this.#retry);
      clearTimeout(this.#watchdog);
      this.#source?.close();
      this.#source = null;
    };
  }

  #open(): void {
    const source = this.#source = new EventSource("/api/events");
    source.addEventListener("snapshot", (event) => {
      this.#alive();
      this.#snapshot.value = JSON.parse(event.data) as Snapshot;
    });
    source.addEventListener("update", (event) => {
      this.#alive();
      this.#snapshot.value = applyUpdate(this.#snapshot.value, JSON.parse(event.data) as Update);
    });
    source.addEventListener("heartbeat", () => this.#alive());
    source.addEventListener("error", () => this.#lost());
  }

  #alive(): void {
    this.#liveness.value = "live";
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#lost(), SILENCE_MS);
  }

  /**
   * One way back for every kind of loss: the browser's own retry gives up for good when the server
   * answers with an error, as one does that is just starting.
   */
  #lost(): void {
    clearTimeout(this.#watchdog);
    clearTimeout(this.#retry);
    this.#source?.close();
    if (this.#source === null) return;
    if (this.#liveness.value !== "refused") this.#liveness.value = "lost";
    this.#retry = setTimeout(() => this.#reconnect(), RETRY_MS);
  }

  async #reconnect(): Promise<void> {
    if (await isRefused()) this.#liveness.value = "refused";
    if (this.#source !== null) this.#open();
  }
}

/** Whether the server is there and does not know this page's cookie, as after a change of token. */
async function isRefused(): Promise<boolean> {
  try {
    return (await fetch("/api/snapshot", { method: "HEAD" })).status === 401;
  } catch {
    return false;
  }
}
