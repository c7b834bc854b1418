import { define } from "../../app_state.ts";

/** Everything the dashboard shows, as JSON. */
export const handler = define.handlers({
  GET: (ctx) => Response.json(ctx.state.inspector.snapshot()),
});
