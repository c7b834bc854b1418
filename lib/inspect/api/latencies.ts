import { nothing } from "./query.ts";
import { table } from "./resource.ts";
import { latencyRow } from "./shapes.ts";

export const latencies = table({
  path: "/api/latencies",
  about: "Each finished second with acks in it: how long they took. At a runner alone: its commits",
  query: nothing,
  row: latencyRow,
  key: "second",
  read: ({ inspected }) => {
    const rows = inspected.latencies().points();
    return { rows, inAll: rows.length };
  },
});
