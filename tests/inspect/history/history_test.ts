import { assert, assertEquals } from "@std/assert";
import { actors } from "../../../actors/mod.ts";
import type { TrafficView } from "../../../lib/gateway/view.ts";
import { VirtualHost } from "../../../lib/host/virtual_host.ts";
import { History } from "../../../lib/inspect/history/history.ts";
import type { HistoryRow } from "../../../lib/inspect/history/step.ts";
import { INSPECT_LIMITS, type InspectLimits } from "../../../lib/inspect/limits.ts";
import { type RunnerId, runnerId } from "../../../lib/protocol/mod.ts";
import { WholeWorld } from "../../support/whole_world.ts";

const [A, B, C, D] = ["a", "b", "c", "d"].map(runnerId) as [RunnerId, RunnerId, RunnerId, RunnerId];
const BEGIN = 1_000_000;

/** A gateway's history, or that of a runner alone, on a clock that stands at a whole second. */
class Kept {
  readonly host = new VirtualHost({ epochStart: BEGIN * 1_000 });
  readonly reached: string[] = [];
  readonly history: History;
  readonly #traffic = new Map<RunnerId | null, TrafficView>();

  /** `joined`: runners that there are at once. */
  constructor(limits: Partial<InspectLimits> = {}, isAlone = false, joined = isAlone ? [] : [A]) {
    this.history = new History({
      host: this.host,
      limits: { ...INSPECT_LIMITS, ...limits },
      isAlone,
      limitReached: (limit) => void this.reached.push(limit),
    });
    for (const runner of joined) this.history.runnerJoined(runner);
  }

  /** What was counted at a runner since the start, and what is pending there. */
  traffic(runnerId: RunnerId | null, messagesIn: number, messagesOut = 0, pending = 0): void {
    this.#traffic.set(runnerId, { runnerId, messagesIn, messagesOut, pendingMessages: pending });
  }

  gone(runner: RunnerId): void {
    this.#traffic.delete(runner);
  }

  async tick(ms = 1_000): Promise<void> {
    await this.host.advance(ms);
    this.history.sampled([...this.#traffic.values()]);
  }

  rows(runner: RunnerId | null = null, seconds?: number): readonly HistoryRow[] {
    return this.history.rows(runner, seconds)!;
  }
}

function sum(rows: readonly HistoryRow[], read: (row: HistoryRow) => number | null): number {
  return rows.reduce((total, row) => total + (read(row) ?? 0), 0);
}

Deno.test("a step has what came since the last one, at each runner and in all", async () => {
  const kept = new Kept({}, false, [A, B]);
  const { history } = kept;
  kept.traffic(A, 3, 1, 2);
  kept.traffic(null, 1);
  history.acked(2, A);
  history.acked(4, B);
  history.woke("message", A);
  history.woke("message", A);
  history.slept("drain", B);
  history.slept("not_ready", null);
  await kept.tick();
  kept.traffic(A, 5, 1, 1);
  await kept.tick();
  const [first, second, ...rest] = kept.rows();
  assertEquals(rest, []);
  assertEquals(first, {
    second: BEGIN,
    seconds: 1,
    messagesIn: 4,
    messagesOut: 1,
    pendingMessages: 2,
    messagesCommitted: null,
    latency: { count: 2, p50: 2.007, p90: 4, p99: 4, max: 4 },
    sleeps: { drain: 1, not_ready: 1 },
    wakes: { message: 2 },
  });
  assertEquals([second!.messagesIn, second!.messagesOut, second!.latency.count], [2, 0, 0]);
  const [atA, atB] = [kept.rows(A)[0]!, kept.rows(B)[0]!];
  assertEquals([atA.messagesIn, atA.latency.count, atA.wakes, atA.sleeps], [3, 1, {
    message: 2,
  }, {}]);
  assertEquals([atB.messagesIn, atB.latency.max, atB.sleeps], [0, 4, { drain: 1 }]);
  assertEquals(history.rows(C), undefined);
});

Deno.test("a step is as long as it took until the next sample, and is not rounded away", async () => {
  const kept = new Kept();
  for (const ms of [1_004, 1_004, 990, 2_600, 1_000]) {
    kept.history.acked(1, A);
    await kept.tick(ms);
  }
  const steps = kept.rows().map(({ second, seconds, latency }) => [
    second - BEGIN,
    seconds,
    latency.count,
  ]);
  assertEquals(steps, [[0, 1, 1], [1, 1, 1], [2, 1, 1], [3, 3, 1], [6, 1, 1]]);
});

Deno.test("a sample within the same second does not end a step", async () => {
  const kept = new Kept();
  kept.traffic(A, 1);
  await kept.tick(200);
  kept.traffic(A, 2);
  await kept.tick(200);
  assertEquals(kept.rows(), []);
  await kept.tick(600);
  assertEquals(kept.rows().map(({ messagesIn }) => messagesIn), [2]);
});

Deno.test("rows have no gap: seconds, then longer steps, with a total that nothing changes", async () => {
  const limits = { historySeconds: 60, historyFineSeconds: 20, historyStepSeconds: 5 };
  const kept = new Kept(limits);
  let count = 0;
  for (let second = 0; second < 58; second++) {
    if (second % 7 < 3) {
      kept.history.acked(second + 1, A);
      kept.traffic(A, ++count);
    }
    await kept.tick();
    const rows = kept.rows();
    assertEquals(sum(rows, ({ messagesIn }) => messagesIn), count);
    assertEquals(sum(rows, ({ latency }) => latency.count), count);
    let at = BEGIN;
    for (const row of rows) {
      assertEquals(row.second, at);
      at += row.seconds;
      const isFine = row.second >= BEGIN + second + 1 - 20;
      assertEquals(row.seconds, isFine || row.seconds === 1 ? 1 : 5);
    }
    assertEquals(at, BEGIN + second + 1);
  }
  const lengths = kept.rows().map(({ seconds }) => seconds);
  assertEquals(lengths.filter((seconds) => seconds === 5).length, 7);
  assertEquals(lengths.filter((seconds) => seconds === 1).length, 23);
});

Deno.test("history goes back `historySeconds`, and by no more than a step further", async () => {
  const kept = new Kept({ historySeconds: 30, historyFineSeconds: 10 });
  for (let second = 0; second < 100; second++) {
    kept.history.acked(1, A);
    await kept.tick();
    const rows = kept.rows();
    const covered = sum(rows, ({ seconds }) => seconds);
    const known = second + 1;
    assert(covered >= Math.min(known, 30) && covered < 35, `${covered} s after ${known} s`);
    assertEquals(sum(rows, ({ latency }) => latency.count), covered);
  }
  assertEquals(sum(kept.rows(A, 7), ({ seconds }) => seconds), 7);
  assertEquals(kept.rows(A, 7).at(-1)!.second, BEGIN + 99);
  assertEquals(sum(kept.rows(null, 1), ({ seconds }) => seconds), 1);
});

Deno.test("15 minutes are kept as they come, with the default limits", async () => {
  const kept = new Kept();
  for (let second = 0; second < 1_000; second++) {
    kept.history.acked(second % 10, A);
    await kept.tick();
  }
  assert(sum(kept.rows(), ({ seconds }) => seconds) >= 900);
  assert(kept.rows().length <= 430, `${kept.rows().length} rows`);
  assertEquals(
    sum(kept.rows(), ({ latency }) => latency.count),
    sum(kept.rows(A), (row) => {
      return row.latency.count;
    }),
  );
  assertEquals(kept.reached, []);
});

Deno.test("what a runner that is given up has counted does not count again", async () => {
  const kept = new Kept();
  kept.traffic(A, 100, 50, 3);
  kept.traffic(null, 0);
  await kept.tick();
  kept.gone(A);
  kept.history.runnerLeft(A);
  kept.traffic(null, 100, 50, 3);
  await kept.tick();
  assertEquals(kept.rows().map(({ messagesIn, messagesOut }) => [messagesIn, messagesOut]), [
    [100, 50],
    [0, 0],
  ]);
  assertEquals(kept.rows(A).map(({ messagesIn }) => messagesIn), [100, 0]);
  assertEquals(kept.history.runners(), [{ runnerId: A, sinceSecond: BEGIN, hasLeft: true }]);
  kept.traffic(A, 2);
  kept.history.runnerJoined(A);
  await kept.tick();
  assertEquals(kept.rows(A).at(-1)!.messagesIn, 2);
  assertEquals(kept.rows().at(-1)!.messagesIn, 2);
  assertEquals(kept.history.runners()[0]!.hasLeft, false);
});

Deno.test("`historyRunners` have a history of their own; a new one takes the place of one that left", async () => {
  const kept = new Kept({ historyRunners: 2 }, false, [A, B]);
  const { history } = kept;
  assertEquals(kept.reached, []);
  history.runnerJoined(C);
  assertEquals(kept.reached, ["historyRunners"]);
  for (const runner of [A, B, C]) history.acked(1, runner);
  await kept.tick();
  assertEquals(history.rows(C), undefined);
  assertEquals(kept.rows()[0]!.latency.count, 3);
  assertEquals(history.totals([1]).count, 3);

  history.runnerLeft(A);
  assertEquals(kept.rows(A)[0]!.latency.count, 1);
  history.runnerJoined(D);
  history.acked(1, D);
  // What comes late of one that has left is part of the whole only.
  history.acked(1, A);
  history.slept("runner_lost", A);
  await kept.tick();
  assertEquals(history.rows(A), undefined);
  assertEquals(kept.rows(D).map(({ latency }) => latency.count), [1]);
  assertEquals(history.runners().map(({ runnerId }) => runnerId), [B, D]);
  assertEquals(kept.rows().map(({ latency }) => latency.count), [3, 2]);
  assertEquals(kept.rows()[1]!.sleeps, { runner_lost: 1 });
});

Deno.test("at `historyBytes` the oldest steps go, of all runners alike, and it is counted", async () => {
  const probe = new Kept();
  const empty = probe.history.bytes;
  probe.history.acked(1, A);
  await probe.tick();
  const each = probe.history.bytes - empty;
  for (const [fits, steps] of [[3, 3], [2.99, 2], [0.5, 0], [-1, 0]] as const) {
    const limit = empty + fits * each;
    const kept = new Kept({ historyBytes: limit });
    for (let i = 0; i < 3; i++) {
      kept.history.acked(1, A);
      await kept.tick();
    }
    assertEquals(kept.rows().length, steps);
    assertEquals(kept.rows(A).length, steps);
    assertEquals(kept.reached.length > 0, steps < 3);
    assert(kept.history.bytes <= Math.max(empty, limit));
    // It goes less far back, and does not say that nothing was there.
    for (const { latency } of kept.rows()) assertEquals(latency.count, 1);
  }
});

Deno.test("summary() covers `windowSeconds` and the running step, and is empty after it", async () => {
  const kept = new Kept({ windowSeconds: 60 });
  kept.history.acked(5, A);
  assertEquals(kept.history.summary(), { count: 1, p50: 5, p90: 5, p99: 5, max: 5 });
  for (let second = 0; second < 59; second++) await kept.tick();
  assertEquals(kept.history.summary().count, 1);
  await kept.tick();
  assertEquals(kept.history.summary(), { count: 0, p50: null, p90: null, p99: null, max: null });
  assertEquals(kept.history.totals([1, 10]).atOrBelow, [0, 1]);
});

Deno.test("at a runner alone steps end as time goes by, and what only its gateway knows is null", async () => {
  const kept = new Kept({}, true);
  const { history, host } = kept;
  history.committed(2, 3);
  history.woke("unknown", null);
  assertEquals(kept.rows(), []);
  await host.advance(3_500);
  history.committed(4, 1);
  const rows = kept.rows();
  assertEquals(
    rows.map(({ second, seconds, latency }) => [second - BEGIN, seconds, latency.count]),
    [
      [0, 1, 1],
      [1, 1, 0],
      [2, 1, 0],
    ],
  );
  for (const { messagesIn, messagesOut, pendingMessages } of rows) {
    assertEquals([messagesIn, messagesOut, pendingMessages], [null, null, null]);
  }
  assertEquals(rows.map(({ messagesCommitted }) => messagesCommitted), [3, 0, 0]);
  assertEquals(rows[0]!.wakes, { unknown: 1 });
  assertEquals(history.runners(), []);
  await host.advance(2_000_000);
  assert(sum(kept.rows(), ({ seconds }) => seconds) >= 900);
  assertEquals(sum(kept.rows(), ({ latency }) => latency.count), 0);
  assertEquals(history.summary().count, 0);
  assertEquals(history.totals([]).count, 2);
});

Deno.test("a clock that is set back by a little is waited for, by more it begins anew", async () => {
  const kept = new Kept();
  for (let i = 0; i < 10; i++) {
    kept.history.acked(1, A);
    await kept.tick();
  }
  const setBack = (ms: number): void => {
    const { host } = kept;
    const epoch = host.epoch.bind(host);
    host.epoch = () => epoch() - ms;
  };
  setBack(5_000);
  kept.history.acked(1, A);
  await kept.tick();
  assertEquals(kept.rows().length, 10);
  for (let i = 0; i < 5; i++) await kept.tick();
  assertEquals(kept.rows().length, 11);
  assertEquals(sum(kept.rows(), ({ latency }) => latency.count), 11);
  setBack(3_600_000);
  await kept.tick();
  assertEquals(kept.rows(), []);
  kept.history.acked(1, A);
  await kept.tick();
  assertEquals(kept.rows().map(({ latency }) => latency.count), [1]);
  assertEquals(kept.rows(A).map(({ latency }) => latency.count), [1]);
});

Deno.test("a gateway's sweep makes steps of what really went through it", async () => {
  const world = await WholeWorld.start(actors);
  const counter = await world.actor("counter", "demo");
  const { socket } = world.connect(counter);
  await world.host.advance(2_000);
  for (let i = 0; i < 5; i++) socket.fromClient("inc");
  await world.host.advance(2_000);
  await world.gateway.hibernate(counter.record.actorId);
  await world.host.advance(2_000);
  const { rows } = await world.look("/api/history");
  const [{ runnerId: runner }] = (await world.look("/api/history/runners")).rows;
  const of = (await world.look(`/api/history?runner=${runner}`)).rows;
  for (const each of [rows, of]) {
    assertEquals(sum(each, ({ messagesIn }) => messagesIn), 5);
    assertEquals(sum(each, ({ messagesOut }) => messagesOut), 5);
    assertEquals(sum(each, ({ latency }) => latency.count), 5);
    assertEquals(each.flatMap(({ sleeps, wakes }: HistoryRow) => [sleeps, wakes]).filter(isSome), [
      { open: 1 },
      { person: 1 },
    ]);
  }
  socket.clientClosed(1000, "");
  await world.shutdown();
});

function isSome(counts: object): boolean {
  return Object.keys(counts).length > 0;
}
