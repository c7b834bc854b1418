import type { Host, Timer } from "../host/host.ts";
import { KvError } from "../actor/errors.ts";
import {
  type ActorId,
  capabilities,
  type KvRequest,
  type KvResponse,
  type ProtocolVersion,
  type ToServer,
} from "../protocol/mod.ts";

interface Call {
  readonly message: Extract<ToServer, { kind: "kvRequest" }>;
  readonly resolve: (response: KvResponse) => void;
  readonly reject: (error: KvError) => void;
}

interface Waiting {
  deadline: number;
  /** `null` once it has ended. */
  call: Call | null;
}

export interface KvClientOptions {
  readonly host: Host;
  /** Puts a message on the tunnel, or drops it while there is none. */
  readonly send: (message: ToServer) => void;
  readonly version: ProtocolVersion;
  readonly timeoutMs: number;
  /** Requests without an answer at most. */
  readonly limit: number;
  readonly onLimit: () => void;
}

/**
 * Key-value requests and their answers. Every request is idempotent, so all that are unanswered are
 * sent again, in order, on a new tunnel. One timer serves them all: the oldest is due first.
 */
export class KvClient {
  readonly #options: KvClientOptions;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #timer: Timer | undefined;

  constructor(options: KvClientOptions) {
    this.#options = options;
  }

  get pending(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves with the store's answer. Rejects with a {@link KvError}: the store's own code, or
   * `kv.timeout`, `kv.too_many_requests`, `kv.unsupported`, `kv.stopped`.
   */
  call(actorId: ActorId, request: KvRequest): Promise<KvResponse> {
    const { host, version, timeoutMs, limit, onLimit } = this.#options;
    if (request.kind === "deleteRange" && !capabilities(version).deleteRange) {
      const why = `Version ${version} of the protocol cannot delete a range; version 7 is wanted`;
      return Promise.reject(new KvError("kv.unsupported", why));
    }
    if (this.#waiting.size >= limit) {
      onLimit();
      return Promise.reject(
        new KvError("kv.too_many_requests", `${limit} requests wait for an answer already`),
      );
    }
    const requestId = this.#nextId;
    this.#nextId = (requestId + 1) >>> 0;
    const message = { kind: "kvRequest", actorId, requestId, request } as const;
    return new Promise((resolve, reject) => {
      const deadline = host.now() + timeoutMs;
      this.#waiting.set(requestId, { deadline, call: { message, resolve, reject } });
      this.#timer ??= host.after(timeoutMs, this.#expire);
      this.#options.send(message);
    });
  }

  /** An answer of the gateway. Returns false when nobody waits for it. */
  onResponse(requestId: number, response: KvResponse): boolean {
    const call = this.#end(requestId);
    if (call === undefined) return false;
    this.#stopIdleTimer();
    if (response.kind === "error") call.reject(errorOf(response.message));
    else call.resolve(response);
    return true;
  }

  /** A new tunnel is up: everything unanswered is asked again, and has its time anew. */
  resend(): void {
    const deadline = this.#options.host.now() + this.#options.timeoutMs;
    for (const waiting of this.#waiting.values()) {
      waiting.deadline = deadline;
      this.#options.send(waiting.call!.message);
    }
  }

  /** Nothing will be answered any more. */
  stop(): void {
    const calls = [...this.#waiting.keys()].map((requestId) => this.#end(requestId)!);
    this.#stopIdleTimer();
    for (const { reject } of calls) reject(new KvError("kv.stopped", "The runner has stopped"));
  }

  /**
   * Nobody waits for the request any more. Its entry is emptied: else its keys and values were seen
   * to stay in memory until the next full collection. Tables that the map has outgrown may hold them.
   */
  #end(requestId: number): Call | undefined {
    const waiting = this.#waiting.get(requestId);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(requestId);
    const call = waiting.call!;
    waiting.call = null;
    return call;
  }

  #stopIdleTimer(): void {
    if (this.#waiting.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #expire = (): void => {
    this.#timer = undefined;
    const { host, timeoutMs } = this.#options;
    const now = host.now();
    for (const [requestId, { deadline }] of this.#waiting) {
      if (deadline > now) {
        this.#timer = host.after(deadline - now, this.#expire);
        return;
      }
      this.#end(requestId)!.reject(
        new KvError("kv.timeout", `The store has not answered within ${timeoutMs} ms`),
      );
    }
  };
}

/** `kv.key_too_large: A key of …`: the gateway puts the store's code before its sentence. */
function errorOf(message: string): KvError {
  const match = /^(\w+\.\w+):\s*(.*)$/s.exec(message);
  return match === null ? new KvError("kv.failed", message) : new KvError(match[1]!, match[2]!);
}
