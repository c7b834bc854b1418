/**
 * Dormouse's public API: what an actor's author and whoever embeds it meet.
 *
 * @module
 */
export * from "./actor/mod.ts";
export { type Dormouse, type DormouseSetup, startDormouse } from "./dormouse.ts";
export type { GatewaySetup, RunnerSetup } from "./dormouse.ts";
export type { Host } from "./host/host.ts";
export { systemHost } from "./host/system_host.ts";
export { Gateway as EmbeddedGateway } from "./gateway/gateway.ts";
export type { GatewayObserver } from "./gateway/observer.ts";
export { GATEWAY_DEFAULTS, type GatewayOptions } from "./gateway/options.ts";
export { createRunner, RUNNER_DEFAULTS } from "./runner/mod.ts";
export type { Runner, RunnerObserver, RunnerOptions } from "./runner/mod.ts";
