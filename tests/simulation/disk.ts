import { StoreError } from "../../lib/gateway/gateway_store.ts";
import type { Host, Timer } from "../../lib/host/host.ts";
import { type ActorId, actorId, type KvEntries } from "../../lib/protocol/mod.ts";
import { MemoryBackend, STORE_DEFAULTS } from "../../lib/store/mod.ts";
import type { Backend, Operation, Outcome } from "../../lib/store/tables.ts";
import type { Executor } from "./executor.ts";
import type { ProcessHost } from "./process_host.ts";
import type { Random } from "./random.ts";
import type { Delay } from "./cable.ts";

/** What the disk does with the next batches that write. */
export type Trouble =
  /** Nothing is written, and the writer is told. */
  | "failed"
  /** All is written, and the writer is told that it failed. */
  | "doubtful";

/**
 * A disk that outlives the processes that write to it. A batch is on it as a whole or not at all, as
 * a journal makes it be: a write that is torn leaves nothing.
 */
export class Disk {
  delay: Delay;
  /** Called when a batch that writes is about to be durable, and when it is. */
  onWrite: ((moment: "before" | "after") => void) | undefined;
  readonly #executor: Executor;
  readonly #random: Random;
  readonly #memory = new MemoryBackend(STORE_DEFAULTS);
  readonly #onPut: (actor: ActorId) => void;
  #trouble: Trouble | undefined;
  #troubleLeft = 0;

  /** @param onPut What is kept of an actor has changed. */
  constructor(executor: Executor, random: Random, delay: Delay, onPut: (actor: ActorId) => void) {
    this.#executor = executor;
    this.#random = random;
    this.delay = delay;
    this.#onPut = onPut;
  }

  /** Makes trouble of the next so many batches that write. */
  fail(trouble: Trouble, batches: number): void {
    this.#trouble = trouble;
    this.#troubleLeft = batches;
  }

  heal(): void {
    this.#troubleLeft = 0;
    this.onWrite = undefined;
  }

  /** The disk as one process has it open: what it has not written when it dies is lost. */
  open(process: ProcessHost): { backend: Backend; host: Host } {
    return {
      host: new DiskTurns(process, this.#executor, () => this.#lag()),
      backend: {
        apply: (batch, writes) => Promise.try(() => this.#apply(process, batch, writes)),
        close: () => Promise.resolve(),
      },
    };
  }

  /** Everything that is durable of an actor now. */
  entries(actor: ActorId, prefix: Uint8Array): KvEntries {
    return this.#read({
      table: "kv",
      method: "list",
      args: [actor, { kind: "prefix", key: prefix }, { reverse: false, limit: null }],
    }) as KvEntries;
  }

  /** Ids of the sockets that the gateway has a record of. */
  socketRecords(): number[] {
    const records = this.#read({ table: "sockets", method: "list", args: [] });
    return (records as { requestId: number }[]).map(({ requestId }) => requestId);
  }

  #read(operation: Operation): unknown {
    const outcome = this.#memory.perform(operation);
    if (!outcome.ok) throw outcome.error;
    return outcome.value;
  }

  #lag(): number {
    return this.#random.int(this.delay.minMs, this.delay.maxMs);
  }

  #apply(process: ProcessHost, batch: readonly Operation[], writes: boolean): readonly Outcome[] {
    if (writes) this.onWrite?.("before");
    if (process.isDead) throw new StoreError("store.closed", "The process is dead");
    const trouble = writes && this.#troubleLeft > 0 ? this.#trouble : undefined;
    if (trouble !== undefined) this.#troubleLeft--;
    if (trouble === "failed") throw new StoreError("store.failed", "The disk failed");
    const outcomes = batch.map((operation) => this.#memory.perform(operation));
    for (const { table, args } of batch) {
      if (table === "kv") this.#onPut(actorId(args[0] as string));
    }
    if (writes) this.onWrite?.("after");
    if (trouble === "doubtful") throw new StoreError("store.failed", "The disk is in doubt");
    return outcomes;
  }
}

/** A process, whose turns end when the disk is done. */
class DiskTurns implements Host {
  readonly #process: ProcessHost;
  readonly #executor: Executor;
  readonly #lag: () => number;

  constructor(process: ProcessHost, executor: Executor, lag: () => number) {
    this.#process = process;
    this.#executor = executor;
    this.#lag = lag;
  }

  defer(callback: () => void): void {
    this.#executor.after(this.#lag(), () => this.#process.arrive(callback));
  }

  now(): number {
    return this.#process.now();
  }

  epoch(): number {
    return this.#process.epoch();
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#process.after(delayMs, callback);
  }

  random(): number {
    return this.#process.random();
  }

  randomBytes(length: number): Uint8Array<ArrayBuffer> {
    return this.#process.randomBytes(length);
  }
}
