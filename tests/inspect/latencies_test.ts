import { assertEquals, assertThrows } from "@std/assert";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { Latencies, loadLatencySeries } from "../../lib/inspect/latencies.ts";
import { INSPECT_LIMITS } from "../../lib/inspect/limits.ts";

Deno.test("Latencies count what came before there was anything to keep it in", async () => {
  const [recorded, onlyEarly] = [0, 1].map(() => new Latencies(new VirtualHost(), INSPECT_LIMITS));
  for (const ms of [3, 4]) {
    recorded!.record(ms);
    onlyEarly!.record(ms);
  }
  assertThrows(() => recorded!.series);
  await loadLatencySeries();
  recorded!.record(5);
  const count = (latencies: Latencies): number => latencies.series.summary().count;
  assertEquals([count(recorded!), count(onlyEarly!)], [3, 2]);
});
