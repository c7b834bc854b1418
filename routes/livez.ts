import { define } from "../app_state.ts";

/** Whether the process answers at all. */
export const handler = define.handlers({
  GET: () => new Response("ok\n", { headers: { "content-type": "text/plain" } }),
});
