import type { Host, Timer } from "../../lib/host/host.ts";
import type { VirtualHost } from "../../lib/host/virtual_host.ts";

/** The virtual host, but the end of a turn comes some milliseconds later: a slow cable or disk. */
export class LaggingHost implements Host {
  readonly #base: VirtualHost;
  readonly #lagMs: number;

  /** @param lagMs At most so late, at random. */
  constructor(base: VirtualHost, lagMs: number) {
    this.#base = base;
    this.#lagMs = lagMs;
  }

  now(): number {
    return this.#base.now();
  }

  epoch(): number {
    return this.#base.epoch();
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#base.after(delayMs, callback);
  }

  defer(callback: () => void): void {
    this.#base.after(Math.floor(this.#base.random() * (this.#lagMs + 1)), callback);
  }

  random(): number {
    return this.#base.random();
  }

  randomBytes(length: number): Uint8Array<ArrayBuffer> {
    return this.#base.randomBytes(length);
  }
}
