import { page } from "fresh";
import { define } from "../app_state.ts";
import Dashboard from "../islands/Dashboard.tsx";

export const handler = define.handlers({
  GET: (ctx) => page({ snapshot: ctx.state.inspector.snapshot() }),
});

export default define.page<typeof handler>(({ data, state }) => (
  <Dashboard
    snapshot={data.snapshot}
    gateway={state.config.gateway}
    version={state.config.version}
  />
));
