import { refuseContradictions, type Rule } from "../rule/rule.ts";
import type { GatewayOptions } from "./options.ts";

export type GatewayPath = `gateway.${Extract<keyof GatewayOptions, string>}`;

/** Times of the gateway that must agree with each other. */
export const GATEWAY_TIMER_RULES: readonly Rule<GatewayPath>[] = [
  {
    smaller: [2, "gateway.pingIntervalMs"],
    larger: "gateway.pingTimeoutMs",
    orEqual: true,
    why: "one late answer to a ping must not make a healthy tunnel count as dead",
  },
  {
    // A ping falls due at most one interval after the timeout, which is half of it at most.
    smaller: [2, "gateway.pingTimeoutMs"],
    larger: "gateway.ackTimeoutMs",
    orEqual: true,
    why: "a dead tunnel must be noticed before the sockets that wait for an ack on it are given up",
  },
  {
    smaller: "gateway.sweepIntervalMs",
    larger: "gateway.ackTimeoutMs",
    orEqual: true,
    why: "a sweep that comes too rarely makes the ack timeout mean something else",
  },
  {
    smaller: "gateway.runnerLostThresholdMs",
    larger: "gateway.resendTimeoutMs",
    orEqual: false,
    why: "a request goes to another runner only when its first one is given up",
  },
  {
    smaller: "gateway.resendTimeoutMs",
    larger: "gateway.responseStartTimeoutMs",
    orEqual: false,
    why: "a request whose runner is gone must be answered so, not as one whose actor is slow",
  },
  {
    smaller: "gateway.runnerLostThresholdMs",
    larger: "gateway.actorReadyTimeoutMs",
    orEqual: false,
    why: "a wake goes on with another runner only when its first one is given up",
  },
  {
    smaller: "gateway.runnerLostThresholdMs",
    larger: "gateway.webSocketOpenTimeoutMs",
    orEqual: false,
    why: "a socket is opened by another runner only when its first one is given up",
  },
  {
    smaller: "gateway.restartBackoffMs",
    larger: "gateway.restartBackoffMaxMs",
    orEqual: true,
    why: "a wait grows up to its maximum",
  },
];

/** Throws a `RangeError` with both values where two times contradict each other. */
export function checkGatewayTimers(options: GatewayOptions): void {
  const values = options as Readonly<Record<string, number>> & GatewayOptions;
  refuseContradictions(GATEWAY_TIMER_RULES, (path) => values[path.slice("gateway.".length)]!);
}
