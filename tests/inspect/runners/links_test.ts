import { assertEquals } from "@std/assert";
import { VirtualHost } from "../../../lib/host/virtual_host.ts";
import { INSPECT_LIMITS, type InspectLimits } from "../../../lib/inspect/mod.ts";
import { Links } from "../../../lib/inspect/runners/links.ts";

function setup(limits: Partial<InspectLimits> = {}): { host: VirtualHost; links: Links } {
  const host = new VirtualHost();
  return { host, links: new Links(host, { ...INSPECT_LIMITS, ...limits }) };
}

/** Each as its begin and end, in seconds since `from`, and why it ended. */
function told(links: Links, runner: string, from: number): unknown[] {
  const second = (ts: number | null): number | null => ts === null ? null : (ts - from) / 1000;
  return links.of(runner)!.rows().map(({ upTs, endTs, reason }) =>
    [second(upTs), second(endTs), reason] as const
  );
}

Deno.test("a runner's connections are kept newest first, each with why it ended", async () => {
  const { host, links } = setup();
  const from = host.epoch();
  links.up("a");
  await host.advance(5_000);
  links.down("a", "1006 cable");
  assertEquals(links.of("a")!.reconnects, 0);
  await host.advance(2_000);
  links.up("a");
  await host.advance(1_000);
  links.up("a");
  assertEquals(told(links, "a", from), [
    [8, null, null],
    [7, 8, "Another connection took its place"],
    [0, 5, "1006 cable"],
  ]);
  assertEquals(links.of("a")!.reconnects, 2);
  links.down("a", "late");
  links.down("a", "later still");
  assertEquals(told(links, "a", from)[0], [8, 8, "late"]);
});

Deno.test("attempts that fail have a row each, and the first ends what was up", async () => {
  const { host, links } = setup();
  const from = host.epoch();
  links.failed("a", "refused");
  await host.advance(1_000);
  links.up("a");
  await host.advance(1_000);
  links.failed("a", "1006");
  await host.advance(1_000);
  links.failed("a", "refused");
  assertEquals(told(links, "a", from), [
    [null, 3, "refused"],
    [1, 2, "1006"],
    [null, 0, "refused"],
  ]);
  assertEquals(links.of("a")!.reconnects, 0);
});

Deno.test("at `links` the oldest connection is forgotten, at `roundTrips` the oldest ping", async () => {
  const { host, links } = setup({ links: 2, roundTrips: 3 });
  for (let i = 0; i < 3; i++) {
    links.up("a");
    await host.advance(1_000);
  }
  assertEquals(links.of("a")!.rows().map(({ id }) => id), [3, 2]);
  assertEquals([links.of("a")!.inAll, links.of("a")!.reconnects], [3, 2]);
  for (const ms of [4, 3, 2, 1]) links.roundTrip("a", ms);
  const { roundTrips } = links.of("a")!;
  assertEquals(roundTrips.newest(10).map(({ id, ms }) => [id, ms]), [[4, 1], [3, 2], [2, 3]]);
  assertEquals(roundTrips.forgotten, 1);
});

Deno.test("beyond `historyRunners` a runner takes the place of one that was given up, or has none", () => {
  const { links } = setup({ historyRunners: 2 });
  for (const runner of ["a", "b", "c"]) links.up(runner);
  assertEquals(["a", "b", "c"].map((runner) => links.of(runner) !== undefined), [
    true,
    true,
    false,
  ]);
  links.roundTrip("c", 1);
  links.left("b", "killed");
  assertEquals(links.of("b")!.rows()[0]!.reason, "killed");
  links.up("c");
  assertEquals([links.of("b"), links.of("c")!.reconnects], [undefined, 0]);
  links.left("b", "again");
});
