import type { Host, Timer } from "../host/host.ts";

/** The longest delay that a timer takes: beyond 2³¹ − 1 ms it would fire at once. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** An actor's one alarm while it is awake. Asleep, the gateway has it. */
export class Alarm {
  readonly #host: Host;
  readonly #onDue: () => void;
  #at: number | null = null;
  #timer: Timer | undefined;
  #armed = false;

  constructor(host: Host, onDue: () => void) {
    this.#host = host;
    this.#onDue = onDue;
  }

  /** When it is due, in milliseconds since the epoch. */
  get at(): number | null {
    return this.#at;
  }

  get isDue(): boolean {
    return this.#at !== null && this.#at <= this.#host.epoch();
  }

  set(at: number | null): void {
    this.#at = at;
    if (this.#armed) this.#arm();
  }

  /** From now on `onDue` is called when the time has come, perhaps at once. */
  start(): void {
    this.#armed = true;
    this.#arm();
  }

  stop(): void {
    this.#armed = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#at === null) return;
    const delay = Math.min(LONGEST_DELAY_MS, Math.max(0, this.#at - this.#host.epoch()));
    this.#timer = this.#host.after(delay, this.#fire);
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    // A timer may be early, or have been cut to the longest delay.
    if (this.isDue) this.#onDue();
    else this.#arm();
  };
}
