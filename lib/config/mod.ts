export { AdminTokenError, loadOrCreateAdminToken } from "./admin_token.ts";
export type { Config, Listen, RunnerConfig, Setting } from "./config.ts";
export { ConfigError } from "./config_error.ts";
export type { ConfigProblem } from "./config_error.ts";
export { describeConfig } from "./describe_config.ts";
export { loadConfig } from "./load_config.ts";
export type { Environment } from "./reader.ts";
