import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { applyUpdate } from "../../components/apply_update.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import {
  createInspector,
  type EventRow,
  loadLatencySeries,
  type Snapshot,
  type Update,
} from "../../lib/inspect/mod.ts";

await loadLatencySeries();
const SNAPSHOT: Snapshot = createInspector({ host: new VirtualHost(), role: "all" }).snapshot();

function update(ids: readonly number[], seconds: readonly number[] = []): Update {
  return {
    ts: SNAPSHOT.ts,
    state: null,
    events: ids.map((id) => ({ id, ts: 0, kind: "messages_lost", count: 1 }) satisfies EventRow),
    requests: [],
    latencySeries: seconds.map((second) => ({ second, count: 1, p50: 1, p99: 1 })),
  };
}

const idsOf = ({ events }: Snapshot): number[] => events.map(({ id }) => id);

Deno.test("applyUpdate() takes each entry once, however updates overlap", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(60), fc.nat(6)), { maxLength: 20 }),
    (cuts) => {
      let shown = SNAPSHOT;
      let last = 0;
      // Each update reaches back `overlap` entries before what was told last.
      for (const [to, overlap] of [...cuts].sort((a, b) => a[0] - b[0])) {
        const from = Math.max(1, last + 1 - overlap);
        const ids = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => to - at);
        shown = applyUpdate(shown, update(ids));
        last = Math.max(last, to);
      }
      assertEquals(idsOf(shown), Array.from({ length: last }, (_, at) => last - at).slice(0, 100));
    },
  ));
});

Deno.test("applyUpdate() keeps a hundred rows of a log", () => {
  for (const count of [99, 100, 101]) {
    const ids = Array.from({ length: count }, (_, at) => count - at);
    assertEquals(idsOf(applyUpdate(SNAPSHOT, update(ids))).length, Math.min(100, count));
  }
});

Deno.test("applyUpdate() keeps five minutes of the chart, each second once", () => {
  const now = Math.floor(SNAPSHOT.ts / 1000);
  let shown = applyUpdate(SNAPSHOT, update([], [now - 301, now - 300, now - 2]));
  shown = applyUpdate(shown, update([], [now - 2, now - 1]));
  assertEquals(shown.latencySeries.map(({ second }) => now - second), [300, 2, 1]);
});

Deno.test("applyUpdate() leaves what did not change as it is", () => {
  const shown = applyUpdate(SNAPSHOT, update([2, 1]));
  const next = applyUpdate(shown, { ...update([]), ts: SNAPSHOT.ts + 1 });
  assertStrictEquals(next.events, shown.events);
  assertStrictEquals(next.actors, SNAPSHOT.actors);
  assertEquals(next.ts, SNAPSHOT.ts + 1);
});
