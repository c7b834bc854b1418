import type { FollowedSocket } from "../../gateway/observer.ts";
import type { Host } from "../../host/host.ts";
import type { MessageIndex, RequestId } from "../../protocol/mod.ts";
import type { InspectLimits } from "../limits.ts";
import type { Promises } from "../promises/promises.ts";
import type { Secrets } from "../secrets.ts";
import { Budget } from "./budget.ts";
import {
  type CapturedMessage,
  type Direction,
  MESSAGE_BYTES,
  TRAIL_BYTES,
} from "./captured_message.ts";
import { CapturedSocket } from "./captured_socket.ts";
import { keptPayload, payloadCost } from "./payload.ts";
import { noStages, Trail } from "./trail.ts";

export interface CaptureOptions {
  readonly host: Host;
  readonly limits: InspectLimits;
  readonly secrets: Secrets;
  /** Whether payloads are kept too, or only what is known of them. */
  readonly payloads: boolean;
  /** Whoever holds messages against what is promised of them. */
  readonly promises?: Promises | null;
}

/**
 * The messages of sockets, as they pass: so many of each socket, and so many bytes in all, of which
 * the oldest go first. Of what passes faster than a person reads no more is captured than a budget
 * allows; the rest is counted.
 */
export class Capture {
  readonly secrets: Secrets;
  readonly payloads: boolean;
  readonly promises: Promises | null;
  readonly #host: Host;
  readonly #limits: InspectLimits;
  readonly #sockets = new Map<RequestId, CapturedSocket>();
  readonly #budget: Budget;
  /** Between the host's clock and the one on the wall. */
  readonly #epochAt: number;
  #oldest: CapturedMessage | null = null;
  #newest: CapturedMessage | null = null;
  #bytes = 0;
  #messages = 0;
  #forgotten = 0;
  constructor({ host, limits, secrets, payloads, promises = null }: CaptureOptions) {
    this.#host = host;
    this.#limits = limits;
    this.secrets = secrets;
    this.payloads = payloads;
    this.promises = promises;
    this.#budget = new Budget(host, limits.capturedPerSecond);
    this.#epochAt = host.epoch() - host.now();
  }

  /** On the host's clock. */
  readonly now = (): number => this.#host.now();

  /** Bytes of memory that everything captured takes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Of one payload, at most. */
  get messageBytes(): number {
    return this.#limits.captureMessageBytes;
  }

  get messages(): number {
    return this.#messages;
  }

  /** Messages that were captured once, and are no longer kept. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Sockets that are followed, or have left captured messages behind. */
  get sockets(): number {
    return this.#sockets.size;
  }

  get(requestId: RequestId): CapturedSocket | undefined {
    return this.#sockets.get(requestId);
  }

  /** Of a time on the host's clock: in ms since 1970. */
  epochOf(at: number): number {
    return this.#epochAt + at;
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#budget.close();
  }

  /** Follows a socket at its gateway. */
  follow(socket: FollowedSocket): CapturedSocket {
    const captured = this.#known(socket);
    captured.isNear = true;
    return captured;
  }

  /** Follows a socket at its runner, from its open or its actor's wake on. */
  followAtRunner(socket: FollowedSocket): CapturedSocket {
    const captured = this.#known(socket);
    captured.begins();
    return captured;
  }

  /**
   * Captures a message, where the budget allows it; others may have to go for it.
   *
   * @param turn Of an actor's message: which of those that it has said on the socket in this life.
   */
  take(
    socket: CapturedSocket,
    from: Direction,
    index: MessageIndex | null,
    turn: number,
    body: { readonly data: Uint8Array; readonly binary: boolean },
  ): void {
    if (!this.#budget.take()) {
      socket.counting.notCaptured++;
      socket.counting.skipped++;
      return;
    }
    const now = this.#host.now();
    const { captureMessageBytes, captureMessages, captureBytes } = this.#limits;
    const payload = this.payloads ? keptPayload(body, captureMessageBytes, this.secrets) : null;
    if (socket.trail === null) {
      socket.trail = new Trail(socket, socket.counts.forgotten + 1);
      this.#bytes += TRAIL_BYTES;
    }
    const { trail } = socket;
    const message: CapturedMessage = {
      id: trail.lastId + 1,
      trail,
      from,
      index,
      turn,
      bytes: body.data.length,
      binary: body.binary,
      payload,
      cost: MESSAGE_BYTES + payloadCost(payload),
      skipped: socket.counts.skipped,
      at: now,
      reached: noStages(from),
      resent: 0,
      repeated: 0,
      commit: 0,
      older: this.#newest,
      newer: null,
    };
    if (message.skipped > 0) socket.counting.skipped = 0;
    trail.push(message);
    if (this.#newest === null) this.#oldest = message;
    else this.#newest.newer = message;
    this.#newest = message;
    this.#messages++;
    this.#bytes += message.cost;
    if (trail.size > captureMessages) this.#drop(trail.oldest!);
    while (this.#bytes > captureBytes && this.#oldest !== null) this.#drop(this.#oldest);
  }

  /** One end of the socket is done with it: it is kept only for what was captured. */
  release(socket: CapturedSocket): void {
    if (socket.isNear || socket.isFar || socket.trail !== null) return;
    // Another may have its id by now.
    if (this.get(socket.requestId) === socket) this.#sockets.delete(socket.requestId);
  }

  #known(socket: FollowedSocket): CapturedSocket {
    const known = this.#sockets.get(socket.requestId);
    if (known?.gatewayId === socket.gatewayId) return known;
    const made = new CapturedSocket(this, socket, this.#host.epoch());
    this.#sockets.set(socket.requestId, made);
    return made;
  }

  #drop(message: CapturedMessage): void {
    const { trail, older, newer } = message;
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
    this.#messages--;
    this.#forgotten++;
    this.#bytes -= message.cost;
    const { socket } = trail;
    socket.counting.forgotten++;
    trail.dropOldest();
    if (trail.size > 0) return;
    this.#bytes -= TRAIL_BYTES;
    socket.trail = null;
    this.release(socket);
  }
}
