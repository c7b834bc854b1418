import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  configureLogging,
  LOG_LEVELS,
  type LoggingOptions,
  resetLogging,
  roomLogger,
} from "@/lib/log/mod.ts";

/** Logs with these options and gives back the lines that came out. */
function linesOf(options: Partial<LoggingOptions>, log: () => void): string[] {
  const lines: string[] = [];
  configureLogging({
    level: "info",
    format: "text",
    write: (line) => lines.push(line),
    ...options,
  });
  try {
    log();
  } finally {
    resetLogging();
  }
  return lines;
}

Deno.test("configureLogging() writes one line with time, level, room and text", () => {
  const [line, ...more] = linesOf({}, () => {
    roomLogger("gateway").info("Runner {name} joined", { name: "default" });
  });
  assertEquals(more, []);
  assertMatch(
    line!,
    /^\d{4}-\d\d-\d\dT[\d:.]+Z \[info\] dormouse\.gateway: Runner default joined$/,
  );
});

Deno.test("configureLogging() quotes text that would end its line", () => {
  const lines = linesOf({}, () => {
    roomLogger("gateway").info("Crashed: {why}", { why: "bad\nforged line" });
  });
  assertEquals(lines.length, 1);
  assertMatch(lines[0]!, /Crashed: ['"]bad\\nforged line['"]$/);
});

Deno.test("configureLogging() writes one JSON object a line", () => {
  const [line] = linesOf({ format: "json" }, () => {
    roomLogger("store").warn("A line\nand {n} more", { n: 2 });
  });
  assertEquals(line!.includes("\n"), false);
  const record = JSON.parse(line!);
  assertEquals(record.level, "WARN");
  assertEquals(record.logger, "dormouse.store");
  assertEquals(record.message, "A line\nand 2 more");
  assertEquals(record.properties, { n: 2 });
});

Deno.test("configureLogging() lets its level and those above through", () => {
  for (const [i, level] of LOG_LEVELS.entries()) {
    const lines = linesOf({ level }, () => {
      const logger = roomLogger("runner");
      logger.trace("said");
      logger.debug("said");
      logger.info("said");
      logger.warn("said");
      logger.error("said");
      logger.fatal("said");
    });
    assertEquals(lines.length, LOG_LEVELS.length - 1 - i, level);
  }
});

Deno.test("roomLogger() makes no values for a level that is off", () => {
  let made = 0;
  const lines = linesOf({ level: "info" }, () => {
    const logger = roomLogger("runner");
    logger.debug("Costs {made}", () => ({ made: ++made }));
    logger.info("Costs {made}", () => ({ made: ++made }));
  });
  assertEquals(made, 1);
  assertStringIncludes(lines[0]!, "Costs 1");
});

for (
  const text of [
    "Authorization: Bearer sesame-1234",
    'authorization: "bearer sesame-1234"',
    "Sec-WebSocket-Protocol: rivet, rivet_token.sesame-1234, rivet_target.actor",
    "x-rivet-token: sesame-1234",
    '{"x-rivet-token":"sesame-1234"}',
    "http://127.0.0.1:8000/?token=sesame-1234&x=1",
    "GET /gateway/abc@sesame-1234/path?x=1",
  ]
) {
  for (const format of ["text", "json"] as const) {
    Deno.test(`configureLogging() redacts the token of ${text} as ${format}`, () => {
      const [line] = linesOf({ format }, () => roomLogger("gateway").info("{text}", { text }));
      assert(!line!.includes("sesame"), line);
      assertStringIncludes(line!, "[redacted]");
    });
  }
}

Deno.test("configureLogging() redacts a known secret wherever it stands", () => {
  const [line] = linesOf({ secrets: ["sesame-1234", ""] }, () => {
    roomLogger("gateway").info(`opened by sesame-1234, twice: sesame-1234`);
  });
  assertEquals(line!.includes("sesame"), false);
});
