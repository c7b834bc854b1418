import { assertEquals } from "@std/assert";
import type { ActorRecord } from "@/lib/gateway/gateway_store.ts";
import { VirtualHost } from "@/lib/host/virtual_host.ts";
import { LATE_AT_ONCE, LateUpdates } from "@/lib/store/late_updates.ts";
import { actorRecord } from "./records.ts";

function setUp(delayMs = 100) {
  const host = new VirtualHost();
  const written: [actor: string, generation: number][] = [];
  let outcome = Promise.resolve();
  const late = new LateUpdates(host, delayMs, ({ actorId, generation }: ActorRecord) => {
    written.push([actorId, generation]);
    return outcome;
  });
  return { host, late, written, fail: (why: Error) => outcome = Promise.reject(why) };
}

Deno.test("lateUpdates write each record once, as it is when its time has come", async () => {
  const { host, late, written } = setUp();
  const [a, b] = [actorRecord("a"), actorRecord("b")];
  const waits = [late.add(a), late.add(b)];
  await host.advance(99);
  a.generation = 7;
  waits.push(late.add(a));
  assertEquals([written, host.timers], [[], 1]);
  await host.advance(1);
  await Promise.all(waits);
  assertEquals([written, host.timers], [[["a", 7], ["b", 0]], 0]);
  late.add(b);
  await host.advance(100);
  assertEquals(written.length, 3);
});

Deno.test("lateUpdates.add() of another copy of the record is what is written", async () => {
  const { host, late, written } = setUp();
  const waits = [late.add(actorRecord("a")), late.add(actorRecord("a", { generation: 2 }))];
  await host.advance(100);
  await Promise.all(waits);
  assertEquals(written, [["a", 2]]);
});

Deno.test("lateUpdates write a few at a time, and all the others when somebody is about to look", async () => {
  const host = new VirtualHost();
  const writes: PromiseWithResolvers<void>[] = [];
  const late = new LateUpdates(host, 100, () => {
    const write = Promise.withResolvers<void>();
    writes.push(write);
    return write.promise;
  });
  const records = Array.from({ length: 3 * LATE_AT_ONCE }, (_, i) => actorRecord(`${i}`));
  const waits = records.map((record) => late.add(record));
  await host.advance(100);
  assertEquals(writes.length, LATE_AT_ONCE);
  for (const write of writes.slice(0, 3)) write.resolve();
  // Still due, as it is now: it is not written twice.
  late.add({ ...records.at(-1)! });
  await host.advance(100);
  assertEquals(writes.length, LATE_AT_ONCE + 3);
  late.flush();
  assertEquals(writes.length, 3 * LATE_AT_ONCE);
  for (const write of writes) write.resolve();
  await Promise.all(waits);
  await host.advance(100);
  assertEquals([writes.length, host.timers], [3 * LATE_AT_ONCE, 0]);
});

Deno.test("lateUpdates.flush() writes at once and leaves no timer", async () => {
  const { host, late, written } = setUp();
  late.flush();
  const kept = late.add(actorRecord("a"));
  late.flush();
  await kept;
  late.flush();
  assertEquals([written, host.timers], [[["a", 0]], 0]);
});

Deno.test("lateUpdates tell everybody who waits of a failure, and try the next", async () => {
  const { host, late, written, fail } = setUp(0);
  fail(new Error("The disk is full"));
  const record = actorRecord("a");
  const heard = await Promise.all([
    late.add(record).catch(({ message }) => message),
    late.add(record).catch(({ message }) => message),
    host.settle(),
  ]);
  assertEquals(heard.slice(0, 2), ["The disk is full", "The disk is full"]);
  late.add(record).catch(() => {});
  await host.settle();
  assertEquals(written.length, 2);
});
