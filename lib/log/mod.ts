export { LOG_FORMATS, LOG_LEVELS } from "./level.ts";
export type { LogFormat, LogLevel } from "./level.ts";
export { configureLogging, resetLogging, roomLogger } from "./logging.ts";
export type { Logger, LoggingOptions } from "./logging.ts";
export { REDACTED, redactor } from "./redact.ts";
