import * as v from "valibot";
import { GatewayError } from "../../gateway/errors.ts";
import { runnerId } from "../../protocol/mod.ts";
import type { HistoryRunner } from "../history/history.ts";
import type { HistoryRow } from "../history/step.ts";
import type { Inspected } from "../inspected.ts";
import { causes, SLEEP_CAUSES, WAKE_CAUSES } from "./actor_shapes.ts";
import { nothing, wholeNumber } from "./query.ts";
import { table } from "./resource.ts";
import { count, id, latency } from "./shapes.ts";

const historyRow: v.GenericSchema<HistoryRow> = v.strictObject({
  second: count,
  seconds: count,
  messagesIn: v.nullable(count),
  messagesOut: v.nullable(count),
  pendingMessages: v.nullable(count),
  messagesCommitted: v.nullable(count),
  latency,
  sleeps: causes(SLEEP_CAUSES),
  wakes: causes(WAKE_CAUSES),
});

/** Longer than anybody keeps: what is not kept is not told. */
const MOST_SECONDS = 86_400;

export const history = table({
  path: "/api/history",
  about: "What went on in the last minutes, step by step: messages, acks, sleeps and wakes; " +
    "at a runner alone its commits in place of acks",
  query: v.strictObject({
    runner: v.optional(v.string()),
    seconds: v.optional(wholeNumber(1, MOST_SECONDS)),
  }),
  row: historyRow,
  key: "second",
  read: ({ inspected, query: { runner, seconds } }) => {
    const rows = rowsOf(inspected, runner, seconds);
    return { rows, inAll: rows.length };
  },
});

const historyRunner: v.GenericSchema<unknown, HistoryRunner> = v.strictObject({
  runnerId: id<HistoryRunner["runnerId"]>(),
  sinceSecond: count,
  hasLeft: v.boolean(),
});

export const historyRunners = table({
  path: "/api/history/runners",
  about: "The runners that have a history of their own, those that have left lately included",
  query: nothing,
  row: historyRunner,
  key: "runnerId",
  read: ({ inspected: { recorder } }) => {
    const rows = recorder.history.runners();
    return { rows, inAll: rows.length };
  },
});

function rowsOf(
  { recorder: { history }, source, role }: Inspected,
  runner: string | undefined,
  seconds: number | undefined,
): HistoryRow[] {
  // A runner alone is the only one that it knows.
  const isItself = role === "runner" && runner === source.runner?.summary().runnerId;
  const wanted = runner === undefined || isItself ? null : runnerId(runner);
  const rows = history.rows(wanted, seconds);
  if (rows !== undefined) return rows;
  throw new GatewayError(
    404,
    "runner",
    "not_found",
    `No runner with the id ${
      JSON.stringify(runner)
    } has a history: /api/history/runners names them`,
  );
}
