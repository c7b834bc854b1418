import { assertEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { NoDelaySpy } from "../support/no_delay_spy.ts";
import { TwoEnds } from "../support/two_ends.ts";

// An answer and its ack are two small frames in a row. With Nagle's algorithm the second waits 40 ms.
Deno.test("cost: a runner in another process than its gateway turns Nagle's algorithm off", async () => {
  using noDelay = new NoDelaySpy();
  await using _ends = await TwoEnds.start("websocket", actors);
  assertEquals(noDelay.set, [true]);
});
