import { standing } from "../live_state.ts";
import type { Overview } from "../snapshot.ts";
import { nothing } from "./query.ts";
import { value } from "./resource.ts";
import { overview as shape } from "./shapes.ts";

export const overview = value({
  path: "/api/overview",
  about: "The whole at a glance: tunnel, runners, totals, latencies of the last minute",
  query: nothing,
  answer: shape,
  read: ({ inspected }): Overview => ({
    role: inspected.role,
    startedTs: inspected.startedTs,
    ...standing(inspected.source, inspected.recorder),
    latency: inspected.recorder.history.summary(),
  }),
});
