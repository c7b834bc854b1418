import { Batch } from "../host/batch.ts";
import type { Host } from "../host/host.ts";
import type { ProxiedRequest } from "./proxied_request.ts";

/** A client that leaves at once is noticed so many milliseconds later. */
const DELAY_MS = 10;

/**
 * Notices clients that go away while they wait for an answer.
 *
 * To watch a client takes a signal, a listener and a call into Deno, and most answers are
 * there before anybody could leave. So only those are watched that wait for a while. A `Request`
 * tells of a client that has left already, too.
 */
export class Departures {
  readonly #batch: Batch<Watch>;

  constructor(host: Host) {
    this.#batch = new Batch(host, DELAY_MS, (watch) => watch.begin());
  }

  watch(request: Request, proxied: ProxiedRequest): Watch {
    const watch = new Watch(request, proxied);
    if (proxied.isOpen) this.#batch.add(watch);
    return watch;
  }

  /** Nobody else is watched. */
  stop(): void {
    this.#batch.stop();
  }
}

class Watch {
  #request: Request | undefined;
  #proxied: ProxiedRequest | undefined;

  constructor(request: Request, proxied: ProxiedRequest) {
    this.#request = request;
    this.#proxied = proxied;
  }

  begin(): void {
    if (this.#proxied?.isOpen) this.#proxied.abortWith(this.#request!.signal);
  }

  /** All is answered: what it holds would else outlive it, and many requests be taken for old. */
  end(): void {
    this.#request = this.#proxied = undefined;
  }
}
