import type { Host, Timer } from "../../lib/host/host.ts";
import { Random } from "./random.ts";

interface Task {
  readonly at: number;
  /** Orders what is ready at the same time: at random, or by turns. */
  readonly tie: number;
  run: (() => void) | null;
}

/**
 * So many microtasks may follow each other before the next task begins. In a real event loop all do;
 * nothing here makes longer chains, which a test holds: the digest of a seed is the same with more.
 */
const TICKS = 32;

/**
 * One thread of tasks on a virtual clock, driven by a seed. Tasks that are ready at the same time run
 * in random order; time passes only when none is.
 *
 * A task here is what a real event loop has as one: a timer, a frame that arrives, a disk that
 * answers. Microtasks run to their end after each, as there.
 */
export class Executor implements Host {
  /** Tasks that have run. */
  steps = 0;
  readonly #ties: Random;
  readonly #random: Random;
  readonly #ticks: number;
  readonly #heap: Task[] = [];
  #now = 0;
  #planned = 0;

  constructor(seed: number, options: { readonly ticks?: number } = {}) {
    this.#ties = new Random(seed, "ties");
    this.#random = new Random(seed, "host");
    this.#ticks = options.ticks ?? TICKS;
  }

  /** How many tasks are planned: none in a system at rest. */
  get planned(): number {
    return this.#planned;
  }

  now(): number {
    return this.#now;
  }

  epoch(): number {
    return 1_700_000_000_000 + Math.floor(this.#now);
  }

  random(): number {
    return this.#random.next();
  }

  randomBytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.#random.word() >>> 24);
  }

  defer(callback: () => void): void {
    queueMicrotask(callback);
  }

  after(delayMs: number, callback: () => void): Timer {
    const task: Task = {
      at: this.#now + Math.max(0, Math.ceil(delayMs)),
      tie: this.#ties.word(),
      run: callback,
    };
    this.#push(task);
    this.#planned++;
    return {
      cancel: () => {
        if (task.run === null) return;
        task.run = null;
        this.#planned--;
      },
    };
  }

  /**
   * Runs what is due up to and including `end`, and calls `onStep` after each task and its
   * microtasks. Ends early when `onStep` says so.
   */
  runUntil(end: number, onStep: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      let left = this.#ticks;
      const settle = (): void => {
        if (left-- > 0) return queueMicrotask(settle);
        if (!onStep()) return resolve();
        const task = this.#take(end);
        if (task === undefined) {
          this.#now = Math.max(this.#now, end);
          return resolve();
        }
        this.#now = task.at;
        this.steps++;
        const run = task.run!;
        task.run = null;
        this.#planned--;
        left = this.#ticks;
        try {
          run();
        } catch (error) {
          reportError(error);
        }
        queueMicrotask(settle);
      };
      queueMicrotask(settle);
    });
  }

  /** The next task that was not taken back. */
  #take(end: number): Task | undefined {
    const heap = this.#heap;
    while (heap.length > 0 && heap[0]!.at <= end) {
      const first = heap[0]!;
      const last = heap.pop()!;
      if (heap.length > 0) this.#sink(last);
      if (first.run !== null) return first;
    }
    return undefined;
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(task);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(task, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = task;
  }

  #sink(task: Task): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, task)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = task;
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.tie < b.tie);
}
