import {
  type ActorId,
  DORMOUSE_PROTOCOL,
  type ProtocolVersion,
  RIVET_PROTOCOL,
} from "../../lib/protocol/mod.ts";
import {
  createRunner,
  type Runner,
  type RunnerObserver,
  type RunnerOptions,
} from "../../lib/runner/mod.ts";
import { type Link, LinkError } from "../../lib/transport/link.ts";
import { Cable, type CableTap, type Delay, type Frame } from "./cable.ts";
import type { Executor } from "./executor.ts";
import { tampered, type Tampering } from "./faults.ts";
import type { RunnerPlan } from "./plan.ts";
import { type FirstAfterThaw, ProcessHost } from "./process_host.ts";
import type { Random } from "./random.ts";
import { type ActorWatch, simActor } from "./sim_actor.ts";

/** Where in the life of a message a runner is told to die. */
export type Stage = "received" | "handled" | "putSent" | "putDurable" | "answered" | "acked";

export interface SimRunnerInit {
  readonly key: string;
  /** Tells processes with one key apart. */
  readonly number: number;
  readonly plan: RunnerPlan;
  readonly version: ProtocolVersion;
  readonly executor: Executor;
  readonly random: Random;
  readonly delay: Delay;
  readonly tap: CableTap;
  readonly watch: ActorWatch;
  readonly sleepAfterMs: number | false;
  readonly ballast: number;
  readonly options: Partial<RunnerOptions>;
  readonly observer: RunnerObserver;
  /** The gateway's process; `undefined` while none listens. */
  gateway(): ProcessHost | undefined;
  /** Hands the gateway its end. */
  accept(link: Link, runner: SimRunner): void;
  /** Whether the frame has a message whose loss is noticed. */
  isNumbered(frame: Frame): boolean;
  /** It has reached the stage at which it was to die. */
  die(runner: SimRunner): void;
}

/** A runner's process, with its cable to the gateway. */
export class SimRunner {
  readonly process: ProcessHost;
  readonly runner: Runner;
  readonly key: string;
  readonly plan: RunnerPlan;
  readonly version: ProtocolVersion;
  /** Actors that run in it. */
  readonly hosted = new Set<ActorId>();
  cable: Cable | undefined;
  unreachableUntil = 0;
  tamper: Tampering | undefined;
  /** Loses the next message of a client whose socket hibernates. */
  skips = false;
  dieAt: { readonly stage: Stage; after: number } | undefined;
  hasEnded = false;
  isDraining = false;
  readonly #init: SimRunnerInit;
  #delay: Delay;

  constructor(init: SimRunnerInit) {
    this.#init = init;
    this.key = init.key;
    this.plan = init.plan;
    this.version = init.version;
    this.#delay = init.delay;
    this.process = new ProcessHost(init.executor);
    const { process } = this;
    const watch: ActorWatch = {
      begins: (actor) => init.watch.begins(actor),
      handled: (client, number) => {
        init.watch.handled(client, number);
        this.#reached("handled");
      },
    };
    const { sleepAfterMs, ballast, options } = init;
    this.runner = createRunner({
      host: process,
      definitions: { ledger: simActor(process, watch, { sleepAfterMs, ballast }) },
      name: "default",
      totalSlots: 10,
      protocolVersion: init.version,
      options,
      observer: init.observer,
      connect: () => this.#connect(),
    });
    this.runner.ended.then(() => this.hasEnded = true);
  }

  start(): void {
    this.runner.start();
  }

  get name(): string {
    return `${this.key}/${this.#init.number}`;
  }

  get isDead(): boolean {
    return this.process.isDead || this.hasEnded;
  }

  set delay(delay: Delay) {
    this.#delay = delay;
    if (this.cable !== undefined) this.cable.delay = delay;
  }

  pause(ms: number, first: FirstAfterThaw): void {
    if (this.process.isFrozen || this.process.isDead) return;
    this.process.freeze();
    this.#init.executor.after(ms, () => this.process.thaw(first));
  }

  #connect(): Promise<Link> {
    const { executor, random, gateway, accept, tap } = this.#init;
    const listener = gateway();
    if (this.process.isDead) return new Promise(() => {});
    if (listener === undefined || executor.now() < this.unreachableUntil) {
      return Promise.reject(new LinkError("link.refused", "Nobody listens"));
    }
    this.cable = new Cable(executor, random, this.#tapped(tap), {
      version: this.version,
      protocol: this.plan.ours ? DORMOUSE_PROTOCOL : RIVET_PROTOCOL,
      // As within one process, on every other runner of ours.
      hands: this.plan.ours && this.#init.number % 2 === 0,
      processes: { runner: this.process, gateway: listener },
      delay: this.#delay,
    });
    accept(this.cable.ends.gateway, this);
    return Promise.resolve(this.cable.ends.runner);
  }

  #tapped(tap: CableTap): CableTap {
    return {
      sent: (from, frame) => {
        tap.sent(from, frame);
        if (from === "runner") this.#reached(stageOf(frame));
      },
      mangle: (from, frame) => {
        const { cable } = this;
        if (from === "gateway") {
          if (!this.skips || !this.#init.isNumbered(frame)) return [frame];
          this.skips = false;
          return [];
        }
        return tampered(this, frame, (late) => {
          this.#init.executor.after(20_000, () => cable!.put("runner", late));
        });
      },
      garbageHurts: (at) => tap.garbageHurts(at),
      arrives: (at, frame) => {
        const done = tap.arrives(at, frame);
        if (at === "gateway") return done;
        return () => {
          done();
          const { message } = frame;
          if (message?.kind === "kvResponse") this.#reached("putDurable");
          if (message?.kind === "tunnel") this.#reached("received");
        };
      },
    };
  }

  #reached(stage: Stage | undefined): void {
    const { dieAt } = this;
    if (dieAt === undefined || dieAt.stage !== stage || dieAt.after-- > 0) return;
    this.dieAt = undefined;
    // Not within the code that is running: a process dies between two instructions of the machine,
    // but what it has said by then has left it.
    this.#init.die(this);
  }
}

function stageOf({ message }: Frame): Stage | undefined {
  if (message?.kind === "kvRequest") return "putSent";
  if (message?.kind !== "tunnel") return undefined;
  if (message.body.kind === "webSocketMessageAck") return "acked";
  return message.body.kind === "webSocketMessage" ? "answered" : undefined;
}
