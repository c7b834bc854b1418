import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { awakeShare, spansOf } from "../../components/actor/life_spans.ts";
import { holdsInShort } from "../../components/actor/holds.ts";
import type { ActorRow, Life } from "../../lib/inspect/mod.ts";

const nothing: Life = {
  id: 1,
  generation: 1,
  runnerId: null,
  cause: "message",
  wantedTs: 0,
  runningTs: null,
  wakeMs: null,
  commandMs: null,
  loadMs: null,
  restoreMs: null,
  handlerMs: null,
  endTs: null,
  end: null,
  sleepCause: null,
  detail: null,
  kept: null,
  closed: null,
};

/** Lives one after the other, each as long as its numbers say; the last may go on. */
const lives = fc.tuple(
  fc.array(fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 6 }),
  fc.boolean(),
).map(([lengths, goesOn]) => {
  let ts = 1_000;
  return lengths.map(([waking, awake, asleep], i): Life => {
    const wantedTs = ts;
    const endTs = wantedTs + waking + awake;
    ts = endTs + asleep;
    const isOpen = goesOn && i === lengths.length - 1;
    return {
      ...nothing,
      id: i + 1,
      wantedTs,
      runningTs: wantedTs + waking,
      endTs: isOpen ? null : endTs,
      end: isOpen ? null : "sleep",
    };
  });
});

Deno.test("spansOf() covers what is known of a time once, in order, and nothing else", () => {
  fc.assert(fc.property(lives, fc.nat(400), fc.nat(400), (lives, a, b) => {
    const [from, to] = [900 + Math.min(a, b), 900 + Math.max(a, b)];
    const spans = spansOf(lives.toReversed(), from, to);
    let at = Math.max(from, lives[0]!.wantedTs);
    for (const span of spans) {
      assertEquals(span.from, at);
      at = span.to;
    }
    if (spans.length > 0) assertEquals(at, to);
    const share = awakeShare(spans);
    assertEquals(share === null, spans.length === 0);
    if (share !== null) assertEquals(share >= 0 && share <= 1, true);
  }));
});

Deno.test("a life that never ran wakes until it ends, and a destroyed actor does not sleep", () => {
  const crashed = { ...nothing, endTs: 10, end: "crash" as const };
  assertEquals(spansOf([crashed], 0, 20).map(({ is, from, to }) => [is, from, to]), [
    ["waking", 0, 10],
    ["asleep", 10, 20],
  ]);
  const destroyed = { ...nothing, runningTs: 5, endTs: 10, end: "destroyed" as const };
  assertEquals(spansOf([destroyed], 0, 20).map(({ is }) => is), ["waking", "awake"]);
});

Deno.test("a table says in a few words why an actor is awake", () => {
  const row = (phase: ActorRow["phase"], inside: Partial<ActorRow["inside"]> | null) =>
    ({
      phase,
      inside: inside &&
        { unhandledMessages: 0, heldMessages: 0, sleepsTs: null, holds: [], ...inside },
    }) as unknown as ActorRow;
  for (
    const [actor, words] of [
      [row("asleep", null), ""],
      [row("pending", null), "no runner"],
      [row("running", null), null],
      [row("running", { sleepsTs: 31_000 }), "idle, sleeps in 30 s"],
      [row("running", {}), ""],
      [
        row("running", {
          holds: [{ code: "plain_sockets", count: 2 }, { code: "handler_running", count: 1 }],
        }),
        "2 plain sockets, handler",
      ],
    ] as const
  ) assertEquals(holdsInShort(actor, 1_000), words);
});
