import { define } from "../app_state.ts";

/** Whether the process takes work: 503 with the reasons when it does not. */
export const handler = define.handlers({
  GET: (ctx) => {
    const readiness = ctx.state.readiness();
    return Response.json(readiness, { status: readiness.ready ? 200 : 503 });
  },
});
