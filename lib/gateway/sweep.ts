import type { Timer } from "../host/host.ts";
import { patientTimer } from "../host/patient_timer.ts";
import type { GatewayContext } from "./context.ts";
import { GatewayError } from "./errors.ts";

/** How often opens and requests are looked at: their deadlines are met to within this. */
const DEADLINE_CHECK_MS = 1_000;

/** Ends what has waited too long. One timer for everything, and nothing for what is healthy. */
export class Sweep {
  readonly #context: GatewayContext;
  #timer: Timer | undefined;
  #sweptAt: number;

  constructor(context: GatewayContext) {
    this.#context = context;
    this.#sweptAt = context.host.now();
  }

  start(): void {
    const { host, options } = this.#context;
    const wait = Math.min(DEADLINE_CHECK_MS, options.sweepIntervalMs);
    this.#timer = patientTimer(host, wait, () => {
      this.#round();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #round(): void {
    const { host, options, sockets, opening, requests, observer, actors } = this.#context;
    const now = host.now();
    for (const socket of [...opening]) if (socket.isOpenOverdue(now)) socket.openTimedOut();
    for (const request of [...requests.values()]) {
      if (!request.isOverdue(now)) continue;
      const limit = options.responseStartTimeoutMs;
      observer.limitReached?.("responseStartTimeoutMs", limit);
      request.giveUp(
        new GatewayError(
          504,
          "guard",
          "request_timeout",
          `The actor did not begin its answer within ${limit} ms`,
        ),
      );
    }
    observer.swept?.();
    actors.forgetIdle();
    actors.persistAgain();
    if (now - this.#sweptAt < options.sweepIntervalMs) return;
    this.#sweptAt = now;
    for (const socket of [...sockets.values()]) socket.sweep(now);
  }
}
