import { page } from "fresh";
import { define } from "../app_state.ts";
import { historyAddress, OVERVIEW, type OverviewFirst } from "../components/live/overview.ts";
import Dashboard from "../islands/Dashboard.tsx";
import { GatewayError } from "../lib/gateway/errors.ts";
import { firstLook } from "../web/first_look.ts";
import { frameOf } from "../web/frame.ts";

export const handler = define.handlers({
  GET: async ({ state, url }) => {
    const runner = url.searchParams.get("runner") ?? "";
    const { history } = await firstLook(state, { history: historyAddress(runner) })
      .catch(nothingKept);
    const first = { ...await firstLook(state, OVERVIEW), runner, history } as OverviewFirst;
    return page({ first });
  },
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <Dashboard first={data.first} frame={frameOf(state)} search={url.search} />
));

/** A runner that the address names may have gone: the page says so where its history would be. */
function nothingKept(error: unknown): { history: unknown } {
  if (error instanceof GatewayError && error.status === 404) {
    return { history: { rows: [], inAll: 0 } };
  }
  throw error;
}
