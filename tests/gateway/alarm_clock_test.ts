import { assertEquals } from "@std/assert";
import { AlarmClock } from "../../lib/gateway/alarm_clock.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { actorId } from "../../lib/protocol/mod.ts";

const DAY = 24 * 60 * 60 * 1000;
const a = actorId("a");
const b = actorId("b");

function clock(hears: (ring: number) => boolean | Promise<boolean> = () => true) {
  const host = new VirtualHost();
  const rung: string[] = [];
  const alarms = new AlarmClock(host, async (id) => await hears(rung.push(id)));
  return { host, rung, alarms };
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

Deno.test("alarmClock rings again, every second, until it is heard", async () => {
  const { host, alarms, rung } = clock((ring) => ring === 3);
  alarms.set(a, host.epoch() + 10);
  await host.advance(10);
  assertEquals([rung.length, alarms.size], [1, 1]);
  await host.advance(999);
  assertEquals(rung.length, 1);
  await host.advance(1);
  assertEquals(rung.length, 2);
  await host.advance(60_000);
  assertEquals([rung.length, alarms.size, host.timers], [3, 0, 0]);
});

Deno.test("alarmClock does not ring again what was taken back or replaced while it rang", async () => {
  for (const then of ["cancel", "clear", "set"] as const) {
    const heard = Promise.withResolvers<boolean>();
    const { host, alarms, rung } = clock(() => heard.promise);
    alarms.set(a, host.epoch());
    await host.advance(0);
    if (then === "cancel") alarms.cancel(a);
    else if (then === "clear") alarms.clear();
    else alarms.set(a, host.epoch() + 30_000);
    heard.resolve(false);
    await host.advance(20_000);
    assertEquals([rung.length, alarms.size], [1, then === "set" ? 1 : 0]);
  }
});
