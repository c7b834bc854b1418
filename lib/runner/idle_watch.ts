import type { Host, Timer } from "../host/host.ts";

/**
 * Notices when an actor has had nothing to do for a while. Activity costs a clock reading; the one
 * timer looks at it when it fires, and runs only while there is something to wait for.
 */
export class IdleWatch {
  readonly #host: Host;
  readonly #afterMs: number | false;
  readonly #isIdle: () => boolean;
  readonly #onIdle: () => void;
  #lastActive = 0;
  #timer: Timer | undefined;
  #watching = false;

  /** @param afterMs `false`: never. */
  constructor(
    host: Host,
    afterMs: number | false,
    isIdle: () => boolean,
    onIdle: () => void,
  ) {
    this.#host = host;
    this.#afterMs = afterMs;
    this.#isIdle = isIdle;
    this.#onIdle = onIdle;
  }

  /** How long the actor may be idle; `null` for ever. */
  get afterMs(): number | null {
    return this.#afterMs === false ? null : this.#afterMs;
  }

  start(): void {
    this.#watching = true;
    this.active();
  }

  /** The actor has done something, or has just been given something to do. */
  active(): void {
    if (!this.#watching || this.#afterMs === false) return;
    this.#lastActive = this.#host.now();
    this.#timer ??= this.#host.after(this.#afterMs, this.#look);
  }

  stop(): void {
    this.#watching = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Milliseconds until it counts as idle for long enough; `null` while something keeps it awake. */
  get leftMs(): number | null {
    if (this.#afterMs === false || !this.#watching || !this.#isIdle()) return null;
    return Math.max(0, this.#afterMs - (this.#host.now() - this.#lastActive));
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    // Busy: the end of what it does is activity, and starts the timer again.
    if (this.#afterMs === false || !this.#isIdle()) return;
    const left = this.#afterMs - (this.#host.now() - this.#lastActive);
    if (left > 0) this.#timer = this.#host.after(left, this.#look);
    else this.#onIdle();
  };
}
