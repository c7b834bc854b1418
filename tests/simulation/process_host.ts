import type { Host, Timer } from "../../lib/host/host.ts";

/** What a process that was frozen takes up first: what fell due meanwhile, or what arrived. */
export type FirstAfterThaw = "timers" | "frames";

/**
 * The virtual host as one process has it: it can be killed, and frozen and thawed (SIGKILL, SIGSTOP
 * and SIGCONT). Time goes on while it is frozen; what happens in it waits.
 */
export class ProcessHost implements Host {
  readonly #base: Host;
  readonly #timers = new Set<Timer>();
  #state: "running" | "frozen" | "dead" = "running";
  #due: (() => void)[] = [];
  #arrived: (() => void)[] = [];
  /** What a thawed process has not taken up yet: nothing that arrives may overtake it. */
  #backlog: (() => void)[] = [];

  constructor(base: Host) {
    this.#base = base;
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  /** How many timers it has set. */
  get timers(): number {
    return this.#timers.size;
  }

  get isFrozen(): boolean {
    return this.#state === "frozen";
  }

  /** Nothing that it planned happens any more. */
  kill(): void {
    this.#state = "dead";
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#due = [];
    this.#arrived = [];
    this.#backlog = [];
  }

  freeze(): void {
    if (this.#state !== "running") return;
    this.#state = "frozen";
    this.#arrived = this.#backlog;
    this.#backlog = [];
  }

  thaw(first: FirstAfterThaw): void {
    if (this.#state !== "frozen") return;
    this.#state = "running";
    this.#backlog = first === "timers"
      ? [...this.#due, ...this.#arrived]
      : [...this.#arrived, ...this.#due];
    this.#due = [];
    this.#arrived = [];
    this.#takeUp();
  }

  /** Something reaches the process from outside. */
  arrive(callback: () => void): void {
    if (this.#state === "frozen") this.#arrived.push(callback);
    else if (this.#backlog.length > 0) this.#backlog.push(callback);
    else if (this.#state === "running") callback();
  }

  /** One thing at a time, each in a turn of its own. */
  #takeUp(): void {
    if (this.#backlog.length === 0) return;
    this.#base.after(0, () => {
      // It stays in the queue while it runs: what arrives meanwhile comes behind it.
      this.#backlog[0]?.();
      this.#backlog.shift();
      this.#takeUp();
    });
  }

  now(): number {
    return this.#base.now();
  }

  epoch(): number {
    return this.#base.epoch();
  }

  after(delayMs: number, callback: () => void): Timer {
    if (this.isDead) return { cancel: () => {} };
    let isCancelled = false;
    const fire = (): void => {
      if (!isCancelled) callback();
    };
    const timer = this.#base.after(delayMs, () => {
      this.#timers.delete(timer);
      if (this.#state === "running") fire();
      else if (this.#state === "frozen") this.#due.push(fire);
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        isCancelled = true;
        this.#timers.delete(timer);
        timer.cancel();
      },
    };
  }

  defer(callback: () => void): void {
    this.#base.defer(() => this.arrive(callback));
  }

  random(): number {
    return this.#base.random();
  }

  randomBytes(length: number): Uint8Array<ArrayBuffer> {
    return this.#base.randomBytes(length);
  }
}
