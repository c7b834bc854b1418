import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import stringWidth from "string-width";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { createInspector } from "../../lib/inspect/mod.ts";
import { answerOf, lookAt } from "../../lib/inspect/api/mod.ts";
import type { Topic } from "../../components/live/topic.ts";
import { type Known, knownOf, watched } from "../../top/known.ts";
import { LISTS } from "../../top/lists.ts";
import { pageOf, rowsOf, screen } from "../../top/screen.ts";
import { START } from "../../top/state.ts";
import { FakeSource } from "../support/fake_source.ts";

const AROUND = { url: "http://127.0.0.1:8000", columns: 100, lines: 24, now: 0, problem: "" };

/** What a server would tell of these actors. */
async function told(keys: readonly string[]): Promise<Known> {
  const host = new VirtualHost();
  const inspector = createInspector({ host, role: "all" });
  const source = new FakeSource(host, inspector.gatewayObserver);
  inspector.observe({ gateway: source.gateway });
  for (const [place, key] of keys.entries()) {
    const socket = source.socket(source.actor("counter", key).actorId);
    source.messages(socket, 10 + place, 2, place);
  }
  await host.advance(1_000);
  source.sweep();
  const topics = watched();
  for (const topic of Object.values(topics) as Topic[]) {
    const { resource, look } = lookAt(
      inspector.inspected,
      new URL(topic.name, "http://localhost"),
    );
    const answer = JSON.parse(JSON.stringify(await answerOf(resource, look)));
    const event = resource.kind === "value" ? "value" : "rows";
    topic.take(event, { ts: 0, instance: "", topic: topic.name, value: answer, ...answer });
  }
  inspector.close();
  return knownOf(topics);
}

const texts = (lines: readonly { readonly text: string }[]) => lines.map(({ text }) => text);

Deno.test("the screen has the totals, and the list in the wanted order, filtered", async () => {
  const known = await told(["a", "b", "c"]);
  const lines = texts(screen(START, known, AROUND));
  assertMatch(lines[1]!, /3 awake · 0 asleep · 0 sleeps · 3 wakes/);
  assertMatch(lines[2]!, /3 WebSockets, 0 hibernating/);
  assertMatch(lines[3]!, /33\/s in · 0\/s out · 3 pending, 192 B/);
  assertMatch(lines[4]!, /p50 2 ms/);
  assertMatch(lines[6]!, /^ACTOR▴ +STATE +SOCKETS/);
  assertEquals(lines.slice(7, -1).map((line) => line.slice(0, 9)), [
    "counter/a",
    "counter/b",
    "counter/c",
  ]);
  const byPending = { ...START, sort: 4, isDown: true };
  assertEquals(rowsOf(byPending, known, 0).map((row) => (row as { key: string }).key), [
    "c",
    "b",
    "a",
  ]);
  const filtered = texts(screen({ ...START, filter: "COUNTER/B" }, known, AROUND));
  assertMatch(filtered[7]!, /^counter\/b/);
  assertMatch(filtered.at(-1)!, /filter "COUNTER\/B"/);
});

Deno.test("before anything was told the screen says why", () => {
  const nothing = knownOf(watched());
  assertMatch(screen(START, nothing, AROUND)[0]!.text, /connecting$/);
  const refused = screen(START, nothing, { ...AROUND, problem: "401: no token" })[0]!;
  assertEquals([refused.tone, refused.text.endsWith("401: no token")], ["bad", true]);
});

Deno.test("a lost connection is told, and the rows stay", async () => {
  const [first, ...others] = screen(START, await told(["a"]), { ...AROUND, problem: "it is away" });
  assertMatch(first!.text, /lost: it is away$/);
  assert(texts(others).some((line) => line.startsWith("counter/a")));
});

Deno.test("what others chose cannot steer the terminal, and no line is wider than it", async () => {
  const hostile = [
    "\x1b[2J\x1b]0;title\x07",
    "漢字漢字漢字漢字漢字漢字",
    "\u202eback",
    "a\nb",
    "👩‍👩‍👧",
  ];
  const known = await told(hostile);
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 1, max: 40 }),
    fc.constantFrom(...LISTS),
    fc.boolean(),
    fc.nat(100),
    (columns, lines, list, isHelp, skipped) => {
      const state = { ...START, list, isHelp, skipped };
      const drawn = screen(state, known, { ...AROUND, columns, lines });
      assert(drawn.length <= Math.max(2, lines), `${drawn.length} lines of ${lines}`);
      for (const { text } of drawn) {
        assert(stringWidth(text) <= columns, `${JSON.stringify(text)} in ${columns}`);
        // deno-lint-ignore no-control-regex -- that is what must not be there
        assert(!/[\x00-\x1f\x7f-\x9f\u202e]/.test(text), JSON.stringify(text));
      }
    },
  ));
});

Deno.test("the list moves by rows, and not beyond its last page", async () => {
  const known = await told(Array.from({ length: 50 }, (_, i) => `${i}`.padStart(2, "0")));
  const first = (skipped: number) =>
    screen({ ...START, skipped }, known, AROUND)[7]!.text.slice(8, 10);
  const page = pageOf(AROUND.lines);
  assertEquals([first(0), first(3), first(1_000)], ["00", "03", `${50 - page}`]);
});
