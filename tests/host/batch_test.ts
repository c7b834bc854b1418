import { assertEquals } from "@std/assert";
import { Batch } from "../../lib/host/batch.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";

function batch(delayMs: number) {
  const host = new VirtualHost();
  const seen: string[] = [];
  return { host, seen, batch: new Batch<string>(host, delayMs, (item) => void seen.push(item)) };
}

Deno.test("batch.add() has one timer for all, from the first on, and each item once", async () => {
  const { host, seen, batch: acks } = batch(5);
  acks.add("a");
  await host.advance(4);
  for (const item of ["b", "a"]) acks.add(item);
  assertEquals([seen, host.timers], [[], 1]);
  await host.advance(1);
  assertEquals([seen, host.timers], [["a", "b"], 0]);
  acks.add("c");
  await host.advance(5);
  assertEquals([seen, host.timers], [["a", "b", "c"], 0]);
});

Deno.test("batch.add() with no delay waits for the end of the turn, and sets no timer", async () => {
  const { host, seen, batch: acks } = batch(0);
  for (const item of ["a", "b", "a"]) acks.add(item);
  assertEquals([seen, host.timers], [[], 0]);
  await host.settle();
  assertEquals(seen, ["a", "b"]);
  acks.add("a");
  acks.delete("a");
  acks.add("b");
  await host.settle();
  assertEquals(seen, ["a", "b", "b"]);
});

Deno.test("batch.delete() tells whether it was there, and stop() forgets all", async () => {
  const { host, seen, batch: acks } = batch(5);
  acks.add("a");
  acks.add("b");
  assertEquals([acks.delete("a"), acks.delete("a")], [true, false]);
  acks.stop();
  await host.advance(10);
  assertEquals([seen, host.timers], [[], 0]);
  acks.add("c");
  await host.advance(5);
  assertEquals(seen, ["c"]);
});
