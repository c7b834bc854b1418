import type { VirtualHost } from "../../lib/host/virtual_host.ts";
import type { Gateway } from "../../lib/gateway/gateway.ts";
import { CURRENT_VERSION } from "../../lib/protocol/mod.ts";
import { createRunner, type Runner, type RunnerOptions } from "../../lib/runner/mod.ts";
import { type Link, LinkError, type LinkHandlers } from "../../lib/transport/link.ts";
import { type MemoryLink, memoryLinkPair } from "../../lib/transport/memory_link.ts";
import { LaggingHost, MortalHost } from "./hosts.ts";
import { ledgerActor } from "./ledger.ts";

export interface SimulatedRunnerInit {
  readonly host: VirtualHost;
  readonly gateway: Gateway;
  readonly key: string;
  /** Frames take up to so long, each way. */
  readonly lagMs: number;
  readonly options: Partial<RunnerOptions>;
  /** Sees each frame that the gateway has taken from the runner. */
  readonly onTaken: (frame: Uint8Array) => void;
  readonly onLost: (count: number) => void;
}

/** A runner as a process: with a cable that can be cut, and a life that can be ended. */
export class SimulatedRunner {
  readonly runner: Runner;
  readonly #init: SimulatedRunnerInit;
  readonly #host: MortalHost;
  readonly #cable: LaggingHost;
  #link: MemoryLink | undefined;
  #outageEnds = 0;
  hasEnded = false;

  constructor(init: SimulatedRunnerInit) {
    this.#init = init;
    this.#host = new MortalHost(init.host);
    this.#cable = new LaggingHost(init.host, init.lagMs);
    this.runner = createRunner({
      host: this.#host,
      definitions: { ledger: ledgerActor(this.#host) },
      name: "default",
      totalSlots: 10,
      options: init.options,
      observer: {
        outgoingLost: (count) => {
          if (!this.#host.isDead) init.onLost(count);
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

  cut(): void {
    this.#link?.cut();
  }

  /** No link, and none to be had, for so long. */
  outage(ms: number): void {
    this.#outageEnds = Math.max(this.#outageEnds, this.#init.host.now() + ms);
    this.cut();
  }

  endOutage(): void {
    this.#outageEnds = 0;
  }

  /** kill -9: nothing is said, and nothing of it happens any more. */
  kill(): void {
    this.#host.kill();
    this.cut();
  }

  #connect(): Promise<Link> {
    const { host, gateway, key, onTaken } = this.#init;
    if (this.isDead) return new Promise(() => {});
    if (host.now() < this.#outageEnds) {
      return Promise.reject(new LinkError("link.refused", "The cable is out"));
    }
    const [ours, theirs] = memoryLinkPair(this.#cable);
    this.#link = ours;
    gateway.acceptRunner(watched(theirs, { taken: onTaken }), {
      protocolVersion: CURRENT_VERSION,
      namespace: "default",
      runnerKey: key,
      transport: "memory",
    });
    return Promise.resolve(watched(ours, { mute: () => this.isDead }));
  }
}

/** The link, seen through: `taken` is told of each frame that was handled, `mute` drops them all. */
function watched(
  link: Link,
  { taken, mute }: { taken?: (frame: Uint8Array) => void; mute?: () => boolean },
): Link {
  return {
    send: (frame) => {
      if (!mute?.()) link.send(frame);
    },
    close: (code, reason) => link.close(code, reason),
    get bufferedBytes() {
      return link.bufferedBytes;
    },
    start: (handlers: LinkHandlers) =>
      link.start({
        onFrame: (frame) => {
          if (mute?.()) return;
          handlers.onFrame(frame);
          taken?.(frame);
        },
        onClose: (end) => {
          if (!mute?.()) handlers.onClose(end);
        },
      }),
  };
}
