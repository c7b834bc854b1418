/**
 * For users of `@rivetkit/engine-runner` 2.2.1: changing the import is enough.
 *
 * ```ts ignore
 * // import { Runner } from "@rivetkit/engine-runner";
 * import { Runner } from "@dormouse/dormouse/compat/engine-runner";
 * ```
 *
 * @module
 */
export type {
  ActorConfig,
  HibernatingWebSocketMetadata,
  KvListOptions,
  ProtocolMetadata,
  RunnerConfig,
} from "./config.ts";
export { idToStr } from "./ids.ts";
export type { Logger } from "./logger.ts";
export { Runner, type TunnelStatus } from "./runner.ts";
export { type PendingRequest, type RequestIds, RunnerActor } from "./runner_actor.ts";
export { RunnerShutdownError } from "./shutdown_error.ts";
export type {
  SocketCloseEvent,
  SocketEvent,
  SocketMessageEvent,
  TunnelWebSocket,
} from "./tunnel_websocket.ts";
