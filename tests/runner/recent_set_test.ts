import { assertEquals } from "@std/assert";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { RecentSet } from "../../lib/runner/recent_set.ts";

function recentSet(limit = 100) {
  const host = new VirtualHost();
  const forgotten: string[] = [];
  const reached = { times: 0 };
  const set = new RecentSet<string>({
    host,
    keepMs: 10,
    limit,
    onLimit: () => reached.times++,
    onForgotten: (key) => forgotten.push(key),
  });
  return { host, set, forgotten, reached };
}

Deno.test("recentSet keeps a key for at least keepMs and less than twice that", async () => {
  const { host, set, forgotten } = recentSet();
  set.add("a");
  await host.advance(5);
  set.add("b");
  await host.advance(14);
  assertEquals([set.has("a"), set.has("b")], [true, true]);
  await host.advance(1);
  assertEquals([set.has("a"), set.has("b")], [false, false]);
  assertEquals(forgotten, ["a", "b"]);
});

Deno.test("recentSet has no timer while it is empty", async () => {
  const { host, set } = recentSet();
  assertEquals(host.timers, 0);
  set.add("a");
  await host.advance(20);
  assertEquals([set.size, host.timers], [0, 0]);
});

Deno.test("recentSet.add() makes an old key young again", async () => {
  const { host, set, forgotten } = recentSet();
  set.add("a");
  await host.advance(15);
  set.add("a");
  await host.advance(10);
  assertEquals([set.has("a"), set.size, forgotten.length], [true, 1, 0]);
});

Deno.test("recentSet.delete() forgets without a word", async () => {
  const { host, set, forgotten } = recentSet();
  set.add("a");
  set.delete("a");
  await host.advance(100);
  assertEquals([set.size, forgotten.length], [0, 0]);
});

Deno.test("recentSet.add() holds as many keys as its limit", () => {
  const { set, forgotten, reached } = recentSet(2);
  for (const key of ["a", "b", "b", "c"]) set.add(key);
  assertEquals([set.size, reached.times, forgotten], [2, 1, ["c"]]);
});
