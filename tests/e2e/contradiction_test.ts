import { assertRejects } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { TwoEnds } from "../support/two_ends.ts";

Deno.test("startDormouse() refuses times of its gateway and its runner that contradict each other", async () => {
  await assertRejects(
    () => TwoEnds.start("memory", actors, { gateway: { pingTimeoutMs: 10_000 } }),
    RangeError,
    "runner.pingTimeoutMs is 15000, wanted: runner.pingTimeoutMs ≤ gateway.pingTimeoutMs (10000)",
  );
});
