import { assertEquals } from "@std/assert";
import { AlarmClock } from "../../lib/gateway/alarm_clock.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { actorId } from "../../lib/protocol/mod.ts";

const DAY = 24 * 60 * 60 * 1000;
const a = actorId("a");
const b = actorId("b");

function clock(): { host: VirtualHost; alarms: AlarmClock; rung: string[] } {
  const host = new VirtualHost();
  const rung: string[] = [];
  return { host, rung, alarms: new AlarmClock(host, (id) => rung.push(id)) };
}

Deno.test("alarmClock.set() rings once at the time, and at once when that is past", async () => {
  const { host, alarms, rung } = clock();
  alarms.set(a, host.epoch() + 100);
  alarms.set(b, host.epoch() - 1);
  await host.advance(0);
  assertEquals(rung, ["b"]);
  await host.advance(99);
  assertEquals(rung, ["b"]);
  await host.advance(1);
  assertEquals(rung, ["b", "a"]);
  assertEquals([alarms.size, host.timers], [0, 0]);
});

Deno.test("alarmClock.set() waits longer than a timer can", async () => {
  const { host, alarms, rung } = clock();
  alarms.set(a, host.epoch() + 30 * DAY + 5);
  await host.advance(30 * DAY + 4);
  assertEquals(rung, []);
  assertEquals(alarms.size, 1);
  await host.advance(1);
  assertEquals(rung, ["a"]);
});

Deno.test("alarmClock.set() replaces, cancel() and clear() take back", async () => {
  const { host, alarms, rung } = clock();
  alarms.set(a, host.epoch() + 10);
  alarms.set(a, host.epoch() + 30);
  alarms.set(b, host.epoch() + 10);
  alarms.cancel(b);
  await host.advance(29);
  assertEquals(rung, []);
  await host.advance(1);
  assertEquals(rung, ["a"]);
  alarms.set(b, host.epoch() + 10);
  alarms.clear();
  assertEquals([alarms.size, host.timers], [0, 0]);
});
