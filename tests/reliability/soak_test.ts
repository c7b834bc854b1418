import { assert, assertEquals } from "@std/assert";
import { assertExact } from "./outcome.ts";
import { soak } from "./soak.ts";

Deno.test("500 sockets whose actors mostly sleep lose nothing and leave nothing behind", async () => {
  const outcome = await soak({
    sockets: 500,
    socketsEach: 10,
    minutes: 0.1,
    warmUpMinutes: 0,
    seed: 1,
    share: 0.1,
    exchanges: 5,
    settleMs: 20_000,
  });
  assertExact(outcome);
  const { sent, answered } = outcome.tally;
  assertEquals(answered, sent);
  assert(sent > 0 && outcome.sleeps > 0);
});
