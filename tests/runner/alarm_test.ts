import { assertEquals } from "@std/assert";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { Alarm } from "../../lib/runner/alarm.ts";

function alarm() {
  const host = new VirtualHost();
  const due: number[] = [];
  const alarm: Alarm = new Alarm(host, () => {
    due.push(host.epoch());
    alarm.set(null);
  });
  return { host, alarm, due };
}

Deno.test("alarm fires at its time, once", async () => {
  const { host, alarm: it, due } = alarm();
  it.start();
  it.set(host.epoch() + 1_000);
  await host.advance(999);
  assertEquals(due, []);
  await host.advance(5_000);
  assertEquals(due, [1_700_000_001_000]);
  assertEquals(host.timers, 0);
});

Deno.test("alarm.set() replaces the one before, and null takes it back", async () => {
  const { host, alarm: it, due } = alarm();
  it.start();
  it.set(host.epoch() + 1_000);
  it.set(host.epoch() + 2_000);
  await host.advance(1_500);
  assertEquals(due, []);
  it.set(null);
  await host.advance(5_000);
  assertEquals([due.length, host.timers], [0, 0]);
});

Deno.test("alarm.start() fires at once what is due already", async () => {
  const { host, alarm: it, due } = alarm();
  it.set(host.epoch() - 5);
  await host.advance(10);
  assertEquals(due, []);
  it.start();
  await host.advance(0);
  assertEquals(due.length, 1);
});

Deno.test("alarm waits longer than a timer can", async () => {
  const { host, alarm: it, due } = alarm();
  it.start();
  const days = 60 * 24 * 3_600_000;
  it.set(host.epoch() + days);
  await host.advance(days - 1);
  assertEquals(due, []);
  await host.advance(1);
  assertEquals(due.length, 1);
});

Deno.test("alarm.stop() leaves no timer", async () => {
  const { host, alarm: it, due } = alarm();
  it.start();
  it.set(host.epoch() + 10);
  it.stop();
  await host.advance(100);
  assertEquals([due.length, host.timers], [0, 0]);
});
