import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { logTopic, type Message, tableTopic } from "../../components/live/topic.ts";
import type { Inspected } from "../../lib/inspect/mod.ts";
import { BoundedLog } from "../../lib/inspect/bounded_log.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { INSPECT_LIMITS } from "../../lib/inspect/mod.ts";
import { log, type LogResource, type Look, table } from "../../lib/inspect/api/resource.ts";
import { nothing } from "../../lib/inspect/api/query.ts";
import { tellingOf } from "../../lib/inspect/api/telling.ts";
import * as v from "valibot";

function look(instance: string): Look {
  const inspected = { host: new VirtualHost(), instance, limits: INSPECT_LIMITS };
  return { inspected: inspected as unknown as Inspected, parts: {}, query: {}, sight: "view" };
}

interface Row {
  readonly id: number;
  readonly text: string;
}

const rows = fc.uniqueArray(
  fc.record(
    { id: fc.nat(20), text: fc.string({ maxLength: 3 }) },
    { noNullPrototype: true },
  ),
  {
    selector: ({ id }) => id,
  },
);

Deno.test("what a table topic knows is what the server has, however it changes and reconnects", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ now: rows, reconnects: fc.boolean() }), { minLength: 1 }),
      async (steps) => {
        let now: readonly Row[] = [];
        const resource = table({
          path: "/api/t",
          about: "",
          query: nothing,
          row: v.any(),
          key: "id",
          read: () => ({ rows: now, inAll: now.length }),
        });
        const topic = tableTopic<Row>("/api/t", "id", { rows: [], inAll: 0 });
        let telling = tellingOf({ resource, look: look("a"), name: topic.resume(), after: null });
        for (const step of steps) {
          now = step.now;
          if (step.reconnects) {
            telling = tellingOf({ resource, look: look("a"), name: topic.resume(), after: null });
          }
          const told = await telling.next();
          if (told !== null) topic.take(told.event, JSON.parse(told.data) as Message);
          const byId = (list: readonly Row[]) => list.toSorted((a, b) => a.id - b.id);
          assertEquals(byId(topic.known.value.rows), byId(now));
          assertEquals(topic.known.value.inAll, now.length);
        }
      },
    ),
  );
});

Deno.test("a log topic has each entry once, and knows how many it missed, over reconnects and restarts", async () => {
  const step = fc.record({
    news: fc.nat(8),
    next: fc.constantFrom("goes on" as const, "reconnects" as const, "restarts" as const),
  });
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1 }), async (steps) => {
    const capacity = 5;
    let entries = new BoundedLog<{ n: number }>(capacity);
    let run = 0;
    const resource: LogResource = log({
      path: "/api/l",
      about: "",
      query: nothing,
      row: v.any(),
      read: (_look, after, most) => ({
        lastId: entries.lastId,
        forgotten: entries.forgotten,
        rows: entries.newest(most, after),
      }),
    }) as LogResource;
    const topic = logTopic<{ id: number }>("/api/l", { rows: [], instance: "run0", lastId: 0 });
    const begin = () => {
      const after = new URLSearchParams(topic.resume().split("?")[1]).get("after");
      return tellingOf({ resource, look: look(`run${run}`), name: "/api/l", after });
    };
    let telling = begin();
    for (const { news, next } of steps) {
      if (next === "restarts") {
        entries = new BoundedLog(capacity);
        run++;
      }
      if (next !== "goes on") telling = begin();
      for (let n = 0; n < news; n++) entries.push({ n });
      const told = await telling.next();
      if (told !== null) topic.take(told.event, JSON.parse(told.data) as Message);
      const { rows, missed, lastId } = topic.known.value;
      const ids = rows.map(({ id }) => id);
      assertEquals(lastId, entries.lastId);
      assertEquals(ids, [...new Set(ids)].sort((a, b) => b - a));
      assertEquals(ids.length + missed, entries.lastId, `${ids} and ${missed} missed`);
    }
  }));
});

Deno.test("a log topic keeps as many entries as it was told", () => {
  const topic = logTopic<{ id: number }>("/l", { rows: [], instance: "a", lastId: 0 }, 3);
  const entries = [5, 4, 3, 2, 1].map((id) => ({ id }));
  const message = { topic: "/l", ts: 0, instance: "a", lastId: 5, missed: 0, rows: entries };
  topic.take("entries", message);
  assertEquals(topic.known.value.rows, entries.slice(0, 3));
});
