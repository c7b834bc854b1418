import { assert } from "@std/assert";
import { chop } from "./chop.ts";
import { assertExact } from "./outcome.ts";

Deno.test("counts stay exact while the cables between gateway and runners are bad", async () => {
  const outcomes = await chop({ runs: 6, seed: 1, troubles: 2, settleMs: 20_000 });
  for (const outcome of outcomes) {
    assertExact(outcome);
    assert(outcome.tally.answered > 0);
  }
});
