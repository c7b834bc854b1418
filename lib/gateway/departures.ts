import { Batch } from "../host/batch.ts";
import type { Host } from "../host/host.ts";
import type { ProxiedRequest } from "./proxied_request.ts";

/** A client that leaves at once is noticed so many milliseconds later. */
const DELAY_MS = 10;

interface Waiting {
  readonly request: Request;
  readonly proxied: ProxiedRequest;
}

/**
 * Notices clients that go away while they wait for an answer.
 *
 * To watch a client takes a signal, a listener and a call into Deno, and most answers are
 * there before anybody could leave. So only those are watched that wait for a while. A `Request`
 * tells of a client that has left already, too.
 */
export class Departures {
  readonly #batch: Batch<Waiting>;

  constructor(host: Host) {
    this.#batch = new Batch(host, DELAY_MS, watch);
  }

  watch(request: Request, proxied: ProxiedRequest): void {
    if (proxied.isOpen) this.#batch.add({ request, proxied });
  }

  /** Nobody else is watched. */
  stop(): void {
    this.#batch.stop();
  }
}

function watch({ request, proxied }: Waiting): void {
  if (proxied.isOpen) proxied.abortWith(request.signal);
}
