import { assertEquals } from "@std/assert";
import type { Host } from "../../lib/host/host.ts";
import { patientTimer } from "../../lib/host/patient_timer.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";

/** A host whose clock can run ahead of its timers, as that of a process that stands still does. */
function stillHost() {
  const host = new VirtualHost();
  let stoodMs = 0;
  const still: Host = {
    now: () => host.now() + stoodMs,
    epoch: () => host.epoch(),
    after: (delayMs, callback) => host.after(delayMs, callback),
    defer: (callback) => host.defer(callback),
    random: () => host.random(),
    randomBytes: (length) => host.randomBytes(length),
  };
  return { host, still, stand: (ms: number) => void (stoodMs += ms) };
}

Deno.test("patientTimer() fires like any timer while the process runs, even a little late", async () => {
  for (const lateMs of [0, 999]) {
    const { host, still, stand } = stillHost();
    let fired = 0;
    patientTimer(still, 100, () => fired++);
    await host.advance(99);
    assertEquals(fired, 0);
    stand(lateMs);
    await host.advance(1);
    assertEquals([fired, host.timers], [1, 0]);
  }
});

Deno.test("patientTimer() waits another second each time that the process stood still", async () => {
  const { host, still, stand } = stillHost();
  let fired = 0;
  patientTimer(still, 100, () => fired++);
  for (let time = 0; time < 3; time++) {
    stand(1_000);
    await host.advance(time === 0 ? 100 : 1_000);
    assertEquals([fired, host.timers], [0, 1]);
  }
  await host.advance(999);
  assertEquals(fired, 0);
  await host.advance(1);
  assertEquals([fired, host.timers], [1, 0]);
});

Deno.test("patientTimer() is cancelled whichever timer it waits for", async () => {
  const { host, still, stand } = stillHost();
  const timers = [100, 100].map((ms) => patientTimer(still, ms, () => assertEquals("fired", "")));
  timers[0]!.cancel();
  stand(5_000);
  await host.advance(100);
  assertEquals(host.timers, 1);
  timers[1]!.cancel();
  await host.advance(10_000);
  assertEquals(host.timers, 0);
});
