import {
  configureSync,
  getJsonLinesFormatter,
  getLogger,
  getTextFormatter,
  type Logger,
  type LogRecord,
  resetSync,
  type TextFormatter,
} from "@logtape/logtape";
import type { LogFormat, LogLevel } from "./level.ts";
import { redactor } from "./redact.ts";

export type { Logger };

export interface LoggingOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Texts that never leave the process in a log. */
  readonly secrets?: readonly string[];
  /** Takes one line without its end; standard error when left out. */
  readonly write?: (line: string) => void;
}

/** Sets up logging for the process. A second call replaces the first. */
export function configureLogging(options: LoggingOptions): void {
  const { level, format, secrets = [], write = (line) => console.error(line) } = options;
  const redact = redactor(secrets);
  const toText = formatter(format);
  const sink = (record: LogRecord): void => write(redact(toText(record).trimEnd()));
  configureSync({
    reset: true,
    sinks: { out: sink },
    loggers: [
      // The library's own: it tells when a sink fails. What it says below a warning is noise.
      { category: ["logtape", "meta"], sinks: ["out"], lowestLevel: "warning" },
      { category: ["dormouse"], sinks: ["out"], lowestLevel: level === "off" ? null : level },
    ],
  });
}

/** Takes the set-up back: nothing is logged until the next {@link configureLogging}. */
export function resetLogging(): void {
  resetSync();
}

/**
 * The logger of a room, as `gateway` or `store`. A message costs nothing at a level that is off when
 * its values are given by a function.
 *
 * ```ts
 * import { roomLogger } from "@/lib/log/mod.ts";
 *
 * const logger = roomLogger("gateway");
 * logger.debug("Runner {name} joined", () => ({ name: "default" }));
 * ```
 */
export function roomLogger(room: string): Logger {
  return getLogger(["dormouse", room]);
}

/** Text that stands in a line as it is; what would end the line, or hide in it, is quoted. */
function isPlain(value: unknown): value is string {
  return typeof value === "string" && !/\p{Control}/u.test(value);
}

function formatter(format: LogFormat): TextFormatter {
  switch (format) {
    case "text":
      return getTextFormatter({
        timestamp: "rfc3339",
        level: "full",
        category: ".",
        value: (value, inspect) => isPlain(value) ? value : inspect(value),
      });
    case "json":
      return getJsonLinesFormatter({ categorySeparator: ".", message: "rendered" });
  }
}
