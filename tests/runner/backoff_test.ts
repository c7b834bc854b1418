import { assertEquals } from "@std/assert";
import { retryDelay } from "../../lib/runner/backoff.ts";
import { RUNNER_DEFAULTS } from "../../lib/runner/options.ts";

Deno.test("retryDelay() is short at first, then doubles up to its maximum", () => {
  const delays = Array.from({ length: 8 }, (_, i) => retryDelay(i, 0, RUNNER_DEFAULTS));
  assertEquals(delays, [100, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

Deno.test("retryDelay() adds up to a quarter at random", () => {
  assertEquals(retryDelay(1, 0.5, RUNNER_DEFAULTS), 1_125);
  assertEquals(retryDelay(100, 1 - Number.EPSILON, RUNNER_DEFAULTS) <= 37_500, true);
});

Deno.test("retryDelay() stays finite after any number of attempts", () => {
  assertEquals(retryDelay(100_000, 0, RUNNER_DEFAULTS), 30_000);
});
