import { StoreError } from "../../lib/gateway/gateway_store.ts";
import { type ActorId, actorId } from "../../lib/protocol/mod.ts";
import { MemoryBackend, STORE_DEFAULTS } from "../../lib/store/mod.ts";
import type { Backend, Operation, Outcome } from "../../lib/store/tables.ts";
import type { Executor } from "./executor.ts";
import { keptState } from "./kept_state.ts";
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
  /** Writes what is about to be durable. */
  #underWay: (() => void) | undefined;
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

  /** The disk as one process has it open. */
  open(process: ProcessHost): Backend {
    return {
      apply: (batch, writes) => this.#apply(process, batch, writes),
      close: () => Promise.resolve(),
    };
  }

  /** The process that has it open is dead: what it was about to write is lost, or just got there. */
  crashed(): void {
    const write = this.#underWay;
    this.#underWay = undefined;
    if (this.#random.chance(0.5)) write?.();
  }

  /** The state that is durable of an actor now; `null` before the first commit. */
  state<State>(actor: ActorId): State | null {
    return keptState(this.#memory, actor);
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

  #apply(
    process: ProcessHost,
    batch: readonly Operation[],
    writes: boolean,
  ): Promise<readonly Outcome[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Outcome[]>();
    const write = writes ? (): void => void this.#perform(batch) : undefined;
    this.#underWay = write;
    this.#executor.after(this.#lag(), () => {
      if (writes) this.onWrite?.("before");
      if (process.isDead) return;
      this.#underWay = undefined;
      const trouble = writes && this.#troubleLeft > 0 ? this.#trouble : undefined;
      if (trouble !== undefined) this.#troubleLeft--;
      const outcomes = trouble === "failed" ? [] : this.#perform(batch);
      if (writes) this.onWrite?.("after");
      process.arrive(() => {
        if (trouble === undefined) resolve(outcomes);
        else reject(new StoreError("store.failed", `The disk: ${trouble}`));
      });
    });
    return promise;
  }

  #perform(batch: readonly Operation[]): readonly Outcome[] {
    const outcomes = batch.map((operation) => this.#memory.perform(operation));
    for (const { table, args } of batch) {
      if (table === "kv") this.#onPut(actorId(args[0] as string));
    }
    return outcomes;
  }
}
