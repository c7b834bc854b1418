import { assertEquals, assertThrows } from "@std/assert";
import { checkRunnerOptions, MAX_STATE_BYTES, RUNNER_DEFAULTS } from "../../lib/runner/options.ts";

Deno.test("checkRunnerOptions() takes a stateBytes that a byte can count the parts of, and no more", () => {
  assertEquals(MAX_STATE_BYTES, 256 * (128 * 1024 - 4));
  checkRunnerOptions({ ...RUNNER_DEFAULTS, stateBytes: MAX_STATE_BYTES });
  assertThrows(
    () => checkRunnerOptions({ ...RUNNER_DEFAULTS, stateBytes: MAX_STATE_BYTES + 1 }),
    RangeError,
    "stateBytes is 33553409, at most 33553408 is wanted",
  );
});
