import { page } from "fresh";
import { define } from "../app_state.ts";
import { OVERVIEW, type OverviewFirst } from "../components/live/overview.ts";
import Dashboard from "../islands/Dashboard.tsx";
import { firstLook } from "../web/first_look.ts";
import { frameOf } from "../web/frame.ts";

export const handler = define.handlers({
  GET: async (ctx) => page({ first: await firstLook(ctx.state, OVERVIEW) as OverviewFirst }),
});

export default define.page<typeof handler>(({ data, state }) => (
  <Dashboard first={data.first} frame={frameOf(state)} />
));
