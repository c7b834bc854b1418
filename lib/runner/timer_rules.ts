import {
  type Contradiction,
  contradictions,
  refuseContradictions,
  type Rule,
} from "../rule/rule.ts";
import type { RunnerOptions } from "./options.ts";

export type RunnerPath = `runner.${Extract<keyof RunnerOptions, string>}`;

/** What the gateway says of its own times in its init. */
export type ThresholdPath = "gateway.runnerLostThresholdMs" | "gateway.actorStopThresholdMs";

/** Times of the runner that must agree with each other. */
export const RUNNER_TIMER_RULES: readonly Rule<RunnerPath>[] = [
  {
    smaller: "runner.firstRetryMs",
    larger: "runner.retryMaxMs",
    orEqual: true,
    why: "a wait grows up to its maximum",
  },
  {
    smaller: "runner.retryMs",
    larger: "runner.retryMaxMs",
    orEqual: true,
    why: "a wait grows up to its maximum",
  },
  {
    smaller: "runner.shutdownAckMs",
    larger: "runner.shutdownMs",
    orEqual: false,
    why: "the wait for the last acks is a part of the shutdown",
  },
  ...(["runner.ackDelayMs", "runner.committedAckDelayMs"] as const).map((path) => ({
    smaller: path,
    larger: "runner.ackDelayMaxMs" as const,
    orEqual: true,
    why: "an ack's wait grows up to its maximum",
  })),
];

/** Times of the runner that must agree with what the gateway says when it takes the runner in. */
export const THRESHOLD_RULES: readonly Rule<RunnerPath | ThresholdPath>[] = [
  {
    // Jitter makes a wait twice as long at most.
    smaller: [2, "runner.firstRetryMs"],
    larger: ["runner.lostShare", "gateway.runnerLostThresholdMs"],
    orEqual: true,
    why: "a runner must be able to come back before it gives its actors up",
  },
  {
    smaller: ["runner.lostShare", "gateway.runnerLostThresholdMs"],
    larger: "runner.kvTimeoutMs",
    orEqual: false,
    why: "a commit that a cut holds up must still be waited for after the reconnect",
  },
  {
    smaller: "gateway.runnerLostThresholdMs",
    larger: "runner.departedMs",
    orEqual: true,
    why: "a gateway that comes back may still speak to an actor that left during the cut",
  },
  {
    smaller: "runner.kvTimeoutMs",
    larger: ["runner.stopShare", "gateway.actorStopThresholdMs"],
    orEqual: true,
    why: "an actor that stops must learn what became of its last commit before it is broken off",
  },
  {
    smaller: ["runner.stopShare", "gateway.actorStopThresholdMs"],
    larger: "runner.hibernateTimeoutMs",
    orEqual: true,
    why: "an actor that stops in time has not failed to hibernate",
  },
];

/** Throws a `RangeError` with both values where two times contradict each other. */
export function checkRunnerTimers(options: RunnerOptions): void {
  refuseContradictions(RUNNER_TIMER_RULES, (path) => valueIn(options, path));
}

/** The gateway's times as a runner knows them; `null` where its version cannot say them. */
export interface Thresholds {
  readonly runnerLostMs: number;
  readonly actorStopMs: number | null;
}

/** Where the runner's times contradict the gateway's. What it was not told, it has an option for. */
export function contradictedThresholds(
  options: RunnerOptions,
  { runnerLostMs, actorStopMs }: Thresholds,
): Contradiction[] {
  const told = (path: RunnerPath | ThresholdPath): number | null => {
    if (path === "gateway.runnerLostThresholdMs") return runnerLostMs;
    return path === "gateway.actorStopThresholdMs" ? actorStopMs : null;
  };
  return contradictions(
    THRESHOLD_RULES,
    (path) => told(path) ?? valueIn(options, path),
    (path) => told(path) === null ? path.replace("gateway.", "runner.") : path,
  );
}

/** A threshold that was not told is the runner's own option of the same name. */
function valueIn(options: RunnerOptions, path: RunnerPath | ThresholdPath): number {
  return (options as unknown as Readonly<Record<string, number>>)[path.split(".")[1]!]!;
}
