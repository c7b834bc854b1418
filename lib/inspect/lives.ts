import type { SleepCause, WakeCause } from "../gateway/observer.ts";
import type { Host } from "../host/host.ts";
import type { ActorId } from "../protocol/mod.ts";
import type { StartTimes } from "../runner/observer.ts";
import type { InspectLimits } from "./limits.ts";

/** How a life of an actor ended: `given_up` without a commit, as its gateway was lost. */
export type LifeEnd = "sleep" | "crash" | "destroyed" | "given_up";

/**
 * One life of an actor: from the cause that wanted it awake to its sleep. What only the other side of
 * a tunnel knows is `null`, as is what has not been yet.
 */
export interface Life {
  /** Counts the lives that were seen here, of all actors. */
  readonly id: number;
  readonly generation: number | null;
  readonly runnerId: string | null;
  readonly cause: WakeCause | null;
  /** When the cause came; at a runner alone: when its gateway's command did. */
  readonly wantedTs: number;
  readonly runningTs: number | null;
  /** From the cause to the word that it runs. */
  readonly wakeMs: number | null;
  /** Of that: until its runner had the command, a wait for a runner with room included. */
  readonly commandMs: number | null;
  /** Until its state was in memory. */
  readonly loadMs: number | null;
  /** Until its sockets were back and its start handler through. */
  readonly restoreMs: number | null;
  /** From there until its first handler was through; `null` when it had none. */
  readonly handlerMs: number | null;
  readonly endTs: number | null;
  readonly end: LifeEnd | null;
  /** Who let it sleep. */
  readonly sleepCause: SleepCause | null;
  /** Why it crashed or was given up. */
  readonly detail: string | null;
  /** Sockets that hibernated with it, and those that were closed. */
  readonly kept: number | null;
  readonly closed: number | null;
}

type Living = { -readonly [Member in keyof Life]: Life[Member] } & {
  readonly wantedAt: number;
  runningAt: number | null;
};

type Ending = Pick<Life, "end"> & Partial<Pick<Life, "sleepCause" | "detail" | "kept" | "closed">>;

/** The last lives of the actors that lived last. */
export class Lives {
  readonly #host: Host;
  readonly #limits: Pick<InspectLimits, "lives" | "livingActors">;
  /** Oldest life first; the actor that woke last comes last. */
  readonly #actors = new Map<ActorId, Living[]>();
  #lastId = 0;

  constructor(host: Host, limits: Pick<InspectLimits, "lives" | "livingActors">) {
    this.#host = host;
    this.#limits = limits;
  }

  /** How many actors are remembered. */
  get size(): number {
    return this.#actors.size;
  }

  /** Newest first. */
  of(actorId: ActorId): Life[] {
    return (this.#actors.get(actorId) ?? [])
      .map(({ wantedAt: _wanted, runningAt: _running, ...life }) => life)
      .reverse();
  }

  /** Something wants the actor awake. */
  wanted(actorId: ActorId, cause: WakeCause): void {
    this.#begin(actorId, cause, this.#host.now());
  }

  /** Its runner has it, and is of this process. `isAlone`: nobody here wanted it awake. */
  started(actorId: ActorId, generation: number, times: StartTimes, isAlone: boolean): void {
    const life = isAlone
      ? this.#begin(actorId, null, times.receivedAt)
      : this.#open(actorId) ?? this.#begin(actorId, null, times.receivedAt);
    life.generation = generation;
    life.commandMs = isAlone ? null : Math.max(0, times.receivedAt - life.wantedAt);
    life.loadMs = times.loadedAt - times.receivedAt;
    life.restoreMs = times.runningAt - times.loadedAt;
    life.runningAt = times.runningAt;
    if (isAlone) {
      life.runningTs = this.#host.epoch();
      life.wakeMs = times.runningAt - times.receivedAt;
    }
  }

  /** It runs, says its runner. */
  running(
    actorId: ActorId,
    cause: WakeCause,
    wakeMs: number,
    { generation, runnerId }: { readonly generation: number; readonly runnerId: string },
  ): void {
    const life = this.#open(actorId) ?? this.#begin(actorId, cause, this.#host.now() - wakeMs);
    life.generation = generation;
    life.runnerId = runnerId;
    life.cause = cause;
    life.runningTs = this.#host.epoch();
    life.wakeMs = wakeMs;
  }

  /** Its first handler is through. */
  handled(actorId: ActorId, generation: number, at: number): void {
    const life = this.#actors.get(actorId)?.findLast((one) => one.generation === generation);
    if (life !== undefined && life.runningAt !== null) life.handlerMs = at - life.runningAt;
  }

  /** What ends a life that has ended before changes nothing. */
  ended(actorId: ActorId, ending: Ending): void {
    const life = this.#open(actorId);
    if (life !== undefined) Object.assign(life, ending, { endTs: this.#host.epoch() });
  }

  #open(actorId: ActorId): Living | undefined {
    const last = this.#actors.get(actorId)?.at(-1);
    return last?.end === null ? last : undefined;
  }

  #begin(actorId: ActorId, cause: WakeCause | null, wantedAt: number): Living {
    const life: Living = {
      id: ++this.#lastId,
      generation: null,
      runnerId: null,
      cause,
      wantedTs: this.#host.epoch() - Math.round(this.#host.now() - wantedAt),
      runningTs: null,
      wakeMs: null,
      commandMs: null,
      loadMs: null,
      restoreMs: null,
      handlerMs: null,
      endTs: null,
      end: null,
      sleepCause: null,
      detail: null,
      kept: null,
      closed: null,
      wantedAt,
      runningAt: null,
    };
    const lives = this.#actors.get(actorId) ?? [];
    this.#actors.delete(actorId);
    this.#actors.set(actorId, lives);
    lives.push(life);
    if (lives.length > this.#limits.lives) lives.shift();
    if (this.#actors.size > this.#limits.livingActors) {
      this.#actors.delete(this.#actors.keys().next().value!);
    }
    return life;
  }
}
