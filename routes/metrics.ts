import { define } from "../app_state.ts";

/** Metrics for Prometheus. */
export const handler = define.handlers({
  GET: async (ctx) => {
    const { contentType, text } = await ctx.state.inspector.metrics();
    return new Response(text, { headers: { "content-type": contentType } });
  },
});
