import type { VirtualHost } from "../../lib/host/virtual_host.ts";
import type { Gateway } from "../../lib/gateway/gateway.ts";
import {
  decodeToServer,
  DORMOUSE_PROTOCOL,
  type ProtocolVersion,
  type ToServer,
} from "../../lib/protocol/mod.ts";
import { createRunner, type Runner, type RunnerOptions } from "../../lib/runner/mod.ts";
import { type Link, LinkError, type LinkHandlers } from "../../lib/transport/link.ts";
import { type MemoryLink, memoryLinkPair } from "../../lib/transport/memory_link.ts";
import { LaggingHost } from "./hosts.ts";
import { ledgerActor } from "./ledger.ts";
import { type FirstAfterThaw, ProcessHost } from "./process_host.ts";

export interface SimulatedRunnerInit {
  readonly host: VirtualHost;
  readonly gateway: Gateway;
  readonly key: string;
  readonly version: ProtocolVersion;
  /** Frames take up to so long, each way. */
  readonly lagMs: number;
  readonly options: Partial<RunnerOptions>;
  /** Whether its actors sleep soon when nothing goes on. */
  readonly sleepy: boolean;
  /** Sees each message that the gateway has taken from the runner. */
  readonly onTaken: (message: ToServer) => void;
  /** It has given its actors up: it was away for too long. */
  readonly onAbandoned: () => void;
}

/** A runner as a process: with a cable that can be cut, and a life that can be ended. */
export class SimulatedRunner {
  readonly runner: Runner;
  readonly #init: SimulatedRunnerInit;
  readonly #host: ProcessHost;
  readonly #cable: LaggingHost;
  #link: MemoryLink | undefined;
  #ours: WatchedLink | undefined;
  #theirs: WatchedLink | undefined;
  #outageEnds = 0;
  #deafUntil = 0;
  hasEnded = false;

  constructor(init: SimulatedRunnerInit) {
    this.#init = init;
    this.#host = new ProcessHost(init.host);
    this.#cable = new LaggingHost(init.host, init.lagMs);
    this.runner = createRunner({
      host: this.#host,
      definitions: { ledger: ledgerActor(this.#host, init.sleepy) },
      name: "default",
      totalSlots: 10,
      protocolVersion: init.version,
      options: init.options,
      observer: {
        actorStopped: (_actor, _name, _generation, _code, why) => {
          if (/^The (tunnel was lost|gateway has given)/.test(why)) init.onAbandoned();
        },
      },
      connect: () => this.#connect(),
    });
    this.runner.ended.then(() => this.hasEnded = true);
    this.runner.start();
  }

  get isDead(): boolean {
    return this.#host.isDead;
  }

  get isFrozen(): boolean {
    return this.#host.isFrozen;
  }

  /** The process stands still for so long. What reaches it meanwhile waits. */
  freeze(ms: number, first: FirstAfterThaw): void {
    if (this.isFrozen) return;
    this.#host.freeze();
    this.#init.host.after(ms, () => this.#host.thaw(first));
  }

  cut(): void {
    this.#link?.cut();
  }

  /** One end hears of the break at once, the other so much later. */
  halfCut(first: "runner" | "gateway", ms: number): void {
    const link = this.#link;
    this.#deafUntil = this.#init.host.now() + ms;
    this.#init.host.after(ms, () => link?.cut());
    (first === "runner" ? this.#ours : this.#theirs)?.breakEarly();
  }

  /** No link, and none to be had, for so long. */
  outage(ms: number): void {
    this.#outageEnds = Math.max(this.#outageEnds, this.#init.host.now() + ms);
    this.cut();
  }

  /** How long no link is to be had, or one is not noticed to be broken, in milliseconds. */
  get troubleLeftMs(): number {
    return Math.max(0, Math.max(this.#outageEnds, this.#deafUntil) - this.#init.host.now());
  }

  endOutage(): void {
    this.#outageEnds = 0;
  }

  /** kill -9: nothing is said, and nothing of it happens any more. */
  kill(): void {
    this.#host.kill();
    this.#ours?.mute();
    // What had left it by then still arrives.
    const link = this.#link;
    this.#init.host.after(this.#init.lagMs, () => link?.cut());
  }

  #connect(): Promise<Link> {
    const { host, gateway, key, version, onTaken } = this.#init;
    if (this.isDead) return new Promise(() => {});
    if (host.now() < this.#outageEnds) {
      return Promise.reject(new LinkError("link.refused", "The cable is out"));
    }
    const [ours, theirs] = memoryLinkPair(this.#cable, DORMOUSE_PROTOCOL);
    this.#link = ours;
    this.#ours = new WatchedLink(ours, {
      arrive: (callback) => this.#host.arrive(callback),
    });
    this.#theirs = new WatchedLink(theirs, {
      taken: (frame) => onTaken(decodeToServer(frame, version)),
    });
    gateway.acceptRunner(this.#theirs, {
      protocolVersion: version,
      namespace: "default",
      runnerKey: key,
      transport: "memory",
    });
    return Promise.resolve(this.#ours);
  }
}

interface Watch {
  /** Brings what arrives into the process. */
  readonly arrive?: (callback: () => void) => void;
  readonly taken?: (frame: Uint8Array) => void;
}

/** A link that is seen through, and one end of which may hear of a break before the other. */
class WatchedLink implements Link {
  readonly #link: Link;
  readonly #watch: Watch;
  #handlers: LinkHandlers | undefined;
  #isMute = false;

  constructor(link: Link, watch: Watch) {
    this.#link = link;
    this.#watch = watch;
  }

  get protocol(): string {
    return this.#link.protocol;
  }

  get bufferedBytes(): number {
    return this.#link.bufferedBytes;
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers;
    this.#link.start({
      onFrame: (frame) => {
        if (this.#isMute) return;
        this.#arrive(() => {
          handlers.onFrame(frame);
          this.#watch.taken?.(frame);
        });
      },
      onClose: (end) => {
        if (!this.#isMute) this.#arrive(() => handlers.onClose(end));
      },
    });
  }

  send(frame: Uint8Array): void {
    if (!this.#isMute) this.#link.send(frame);
  }

  close(code: number, reason: string): void {
    if (!this.#isMute) this.#link.close(code, reason);
  }

  /** Nothing gets through any more, and nobody is told. */
  mute(): void {
    this.#isMute = true;
  }

  /** This end hears now that the link is broken; the other goes on for a while. */
  breakEarly(): void {
    if (this.#isMute) return;
    this.#isMute = true;
    this.#arrive(() => this.#handlers?.onClose({ code: 1006, reason: "" }));
  }

  #arrive(callback: () => void): void {
    if (this.#watch.arrive === undefined) callback();
    else this.#watch.arrive(callback);
  }
}
