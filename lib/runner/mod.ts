export { createRunner, type Runner, type RunnerInit } from "./runner.ts";
export * from "./handshake.ts";
export type { RunnerObserver } from "./observer.ts";
export { checkRunnerOptions, RUNNER_DEFAULTS, type RunnerOptions } from "./options.ts";
export * from "./view.ts";
