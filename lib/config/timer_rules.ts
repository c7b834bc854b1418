import { GATEWAY_TIMER_RULES } from "../gateway/timer_rules.ts";
import { RUNNER_TIMER_RULES, THRESHOLD_RULES } from "../runner/timer_rules.ts";
import type { OptionRule } from "./rule.ts";

/**
 * Times that contradict each other would close healthy sockets, move healthy actors or let one live
 * twice. Those of one room alone are refused by the room too, and those with the gateway's
 * thresholds are looked at by a runner wherever its gateway is.
 */
export const TIMER_RULES: readonly OptionRule[] = [
  {
    smaller: [4, "runner.ackDelayMaxMs"],
    larger: "gateway.ackTimeoutMs",
    orEqual: true,
    why: "an ack that waits for others must not come too late",
  },
  {
    // behaviour.md, The window: commit and ack stay below the ack timeout by a clear factor.
    smaller: [2, "runner.kvTimeoutMs"],
    larger: "gateway.ackTimeoutMs",
    orEqual: true,
    why:
      "an ack waits for its commit, and the runner must learn that a commit hangs before its sockets are given up",
  },
  {
    smaller: "runner.kvTimeoutMs",
    larger: "gateway.actorReadyTimeoutMs",
    orEqual: true,
    why: "a start reads the store, and must learn that it hangs before the wake is given up",
  },
  {
    smaller: "runner.kvTimeoutMs",
    larger: "gateway.webSocketOpenTimeoutMs",
    orEqual: true,
    why: "the answer to an open may wait for a commit",
  },
  {
    smaller: "runner.kvTimeoutMs",
    larger: "gateway.responseStartTimeoutMs",
    orEqual: false,
    why: "a response waits for its commit",
  },
  {
    smaller: [2, "gateway.pingIntervalMs"],
    larger: "runner.pingTimeoutMs",
    orEqual: true,
    why: "one late ping must not make a healthy tunnel count as dead",
  },
  {
    smaller: [2, "runner.pingIntervalMs"],
    larger: "gateway.pingTimeoutMs",
    orEqual: true,
    why:
      "before v4 the runner pings, and one late ping must not make a healthy tunnel count as dead",
  },
  {
    smaller: "runner.pingTimeoutMs",
    larger: "gateway.pingTimeoutMs",
    orEqual: true,
    why: "a runner that notices a dead tunnel after its gateway has actors that live elsewhere too",
  },
  {
    smaller: "runner.actorStopThresholdMs",
    larger: "gateway.actorStopThresholdMs",
    orEqual: true,
    why: "before v6 the runner is not told, and its actors must be gone when the gateway says so",
  },
  ...GATEWAY_TIMER_RULES,
  ...RUNNER_TIMER_RULES,
  ...THRESHOLD_RULES,
];
