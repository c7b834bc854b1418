import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decodeCursor, encodeCursor, pageOf } from "../../lib/gateway/api/paging.ts";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { actorId } from "../../lib/protocol/mod.ts";
import { Management } from "../support/management.ts";

const LIST = "/actors?namespace=default";

/** Puts sleeping actors into the store, made at the given times. */
async function fill(api: Management, createTimes: readonly number[], prefix = "a"): Promise<void> {
  for (const [i, createTs] of createTimes.entries()) {
    await api.gateway.store.actors.create({
      actorId: actorId(`${prefix}${i}`),
      namespace: "default",
      name: "counter",
      key: null,
      input: null,
      runnerNameSelector: "default",
      crashPolicy: "sleep",
      createTs,
      generation: 0,
      startTs: null,
      connectableTs: null,
      pendingAllocationTs: null,
      sleepTs: createTs,
      rescheduleTs: null,
      destroyTs: null,
      alarmTs: null,
      error: null,
    });
  }
}

async function page(api: Management, query: string): Promise<{ ids: string[]; cursor: string }> {
  const { json } = await api.call("GET", `${LIST}${query}`);
  const ids = json.actors.map((actor: { actor_id: string }) => actor.actor_id);
  return { ids, cursor: json.pagination.cursor };
}

Deno.test("GET /actors: pages hold every actor once, newest first, and new ones shift none", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (createTimes, limit) => {
        const api = await Management.start();
        await fill(api, createTimes);
        const expected = createTimes
          .map((createTs, i) => ({ createTs, id: `a${i}` }))
          .sort((a, b) => b.createTs - a.createTs || (a.id < b.id ? 1 : -1))
          .map(({ id }) => id);
        const seen: string[] = [];
        let query = `&limit=${limit}`;
        for (let pages = 0;; pages++) {
          const { ids, cursor } = await page(api, query);
          seen.push(...ids);
          assert(ids.length === limit || cursor === null);
          if (cursor === null) break;
          await fill(api, [6 + pages], `new${pages}-`);
          query = `&limit=${limit}&cursor=${cursor}`;
        }
        assertEquals(seen, expected);
        await api.end();
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("GET /actors: the last full page has no cursor, and limit 0 is empty", async () => {
  const api = await Management.start();
  await fill(api, [1, 2]);
  assertEquals(await page(api, "&limit=2"), { ids: ["a1", "a0"], cursor: null as never });
  assertEquals(await page(api, "&limit=0"), { ids: [], cursor: null as never });
  await api.end();
});

Deno.test("GET /actors: 100 by default, and a limit over 1 000 is lowered to it", async () => {
  const api = await Management.start();
  await fill(api, Array.from({ length: 1_002 }, (_, i) => i));
  for (
    const [query, count] of [["", 100], ["&limit=999", 999], ["&limit=1000", 1_000], [
      "&limit=1001",
      1_000,
    ]] as const
  ) {
    const { ids, cursor } = await page(api, query);
    assertEquals([query, ids.length], [query, count]);
    assert(cursor !== null);
  }
  await api.end();
});

Deno.test("GET /actors: filters by name, key, ids, and destroyed or not", async () => {
  const api = await Management.start();
  await api.call("POST", "/namespaces", { name: "other", display_name: "Other" });
  const counterA = await api.create({ key: "a" });
  const counterB = await api.create({ key: "b" });
  const chatA = await api.create({ name: "chat", key: "a" });
  const elsewhere = await api.create({ key: "a" }, "other");
  await api.call("DELETE", `/actors/${counterB}?namespace=default`);
  const found = async (query: string): Promise<string[]> => (await page(api, query)).ids.sort();
  assertEquals(await found(""), [counterA, chatA].sort());
  assertEquals(await found("&name=counter"), [counterA]);
  assertEquals(await found("&name=counter&key=a"), [counterA]);
  assertEquals(await found("&name=counter&key=none"), []);
  assertEquals(await found("&name=none"), []);
  assertEquals(await found("&name=counter&include_destroyed=false"), [counterA]);
  assertEquals(
    await found("&name=counter&include_destroyed=true"),
    [counterA, counterB].sort(),
  );
  // By id, what became of it is told.
  assertEquals(
    await found(`&actor_ids=${counterB},${chatA},${chatA},${elsewhere}`),
    [counterB, chatA].sort(),
  );
  assertEquals(await found(`&actor_id=${chatA}`), [chatA]);
  await api.end();
});

Deno.test("decodeCursor() gives back what encodeCursor() took, and refuses every other text", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (position) => {
    assertEquals(decodeCursor(encodeCursor(position)), position);
  }));
  fc.assert(fc.property(fc.string(), (cursor) => {
    try {
      assertEquals(encodeCursor(decodeCursor(cursor)), cursor);
    } catch (error) {
      assert(error instanceof GatewayError && error.reason === "api.bad_request");
    }
  }));
  for (const cursor of ["!", "YQ==", "YR", "_w"]) {
    assertThrows(() => decodeCursor(cursor), GatewayError, "cursor");
  }
});

Deno.test("pageOf() gives every item once, in order, whatever comes and goes between pages", () => {
  const names = fc.uniqueArray(fc.string({ maxLength: 3 }), { maxLength: 20 });
  fc.assert(fc.property(names, names, fc.integer({ min: 1, max: 7 }), (stay, come, limit) => {
    let items = stay;
    let cursor: string | null = null;
    const seen: string[] = [];
    do {
      const page: ReturnType<typeof pageOf<string>> = pageOf(items, String, {
        limit,
        ...(cursor !== null && { cursor }),
      });
      seen.push(...page.items);
      cursor = page.pagination.cursor;
      items = [...new Set([...stay, ...come])];
    } while (cursor !== null);
    assertEquals(seen, [...new Set(seen)].sort((a, b) => a < b ? -1 : 1));
    assertEquals(stay.filter((name) => !seen.includes(name)), []);
  }));
});
