import { define } from "../utils.ts";

export const handler = define.handlers((ctx) => new Response(`files ${ctx.req.method}`));
