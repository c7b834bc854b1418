import { define } from "../../utils.ts";

export const handler = define.handlers({
  GET: (ctx) => new Response(`rest ${ctx.params["path"]}`),
});
