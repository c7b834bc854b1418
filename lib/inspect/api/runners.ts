import * as v from "valibot";
import { linksOf, runnerRow, runnerRows } from "../runners/runner_rows.ts";
import { limit, nothing } from "./query.ts";
import { log, table, value } from "./resource.ts";
import { linkRow, roundTripRow, runnerRow as shape } from "./runner_shapes.ts";

export const runners = table({
  path: "/api/runners",
  about: "The runners that are connected or not yet given up; at a runner alone: itself",
  query: nothing,
  row: shape,
  key: "runnerId",
  read: ({ inspected }) => {
    const rows = runnerRows(inspected);
    return { rows, inAll: rows.length };
  },
});

export const runner = value({
  path: "/api/runners/{runnerId}",
  about: "One runner: what it says of itself, how its tunnel is, what waits to be acked",
  query: nothing,
  answer: shape,
  read: ({ inspected, parts }) => runnerRow(inspected, parts.runnerId!),
});

export const links = table({
  path: "/api/runners/{runnerId}/links",
  about: "A runner's connections, newest first, with why each ended; " +
    "at a runner alone its failed attempts too",
  query: nothing,
  row: linkRow,
  key: "id",
  read: ({ inspected, parts }) => {
    const known = linksOf(inspected, parts.runnerId!);
    return { rows: known?.rows() ?? [], inAll: known?.inAll ?? 0 };
  },
});

export const roundTrips = log({
  path: "/api/runners/{runnerId}/round-trips",
  about: "What each ping of a runner's tunnel took, there and back; newest first. " +
    "Only its gateway knows",
  query: v.strictObject(limit),
  row: roundTripRow,
  read: ({ inspected, parts }, after, most) => {
    const known = linksOf(inspected, parts.runnerId!);
    if (known === undefined) return { rows: [], lastId: 0, forgotten: 0 };
    const { lastId, forgotten } = known.roundTrips;
    return { lastId, forgotten, rows: known.roundTrips.newest(most, after) };
  },
});
