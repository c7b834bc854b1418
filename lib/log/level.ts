/** Levels from the one that says most; `off` says nothing. */
export const LOG_LEVELS = ["trace", "debug", "info", "warning", "error", "fatal", "off"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ["text", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];
