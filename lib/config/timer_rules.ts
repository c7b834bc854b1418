import type { Rule } from "./rule.ts";

/** Times that contradict each other would close healthy sockets or move healthy actors. */
export const TIMER_RULES: readonly Rule[] = [
  {
    // behaviour.md, The window: commit and ack stay below the ack timeout by a clear factor.
    smaller: "runner.kvTimeoutMs",
    larger: "gateway.ackTimeoutMs",
    times: 2,
    orEqual: true,
    why:
      "an ack waits for its commit, and the runner must learn that a commit hangs before its sockets are given up",
  },
  {
    smaller: "gateway.sweepIntervalMs",
    larger: "gateway.ackTimeoutMs",
    orEqual: true,
    why: "a sweep that comes too rarely makes the ack timeout mean something else",
  },
  {
    smaller: "gateway.pingIntervalMs",
    larger: "gateway.pingTimeoutMs",
    orEqual: false,
    why: "a tunnel must be pinged before it counts as dead",
  },
  {
    smaller: "gateway.pingIntervalMs",
    larger: "runner.pingTimeoutMs",
    orEqual: false,
    why: "the runner counts a tunnel without pings as dead",
  },
  {
    smaller: "runner.pingIntervalMs",
    larger: "gateway.pingTimeoutMs",
    orEqual: false,
    why: "before v4 the runner pings, and the gateway counts a tunnel without pings as dead",
  },
  {
    smaller: "runner.firstRetryMs",
    larger: "gateway.runnerLostThresholdMs",
    times: 2,
    orEqual: true,
    why: "a runner must be able to come back before its actors move",
  },
  {
    smaller: "gateway.runnerLostThresholdMs",
    larger: "gateway.resendTimeoutMs",
    orEqual: false,
    why: "a request goes to another runner only when its first one is given up",
  },
  {
    smaller: "runner.retryMs",
    larger: "runner.retryMaxMs",
    orEqual: true,
    why: "a wait grows up to its maximum",
  },
  {
    smaller: "gateway.restartBackoffMs",
    larger: "gateway.restartBackoffMaxMs",
    orEqual: true,
    why: "a wait grows up to its maximum",
  },
  {
    smaller: "runner.shutdownAckMs",
    larger: "runner.shutdownMs",
    orEqual: false,
    why: "the wait for the last acks is a part of the shutdown",
  },
];
