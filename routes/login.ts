import { HttpError } from "fresh";
import { tokenMatches } from "../lib/access/mod.ts";
import { define } from "../app_state.ts";
import { openSession } from "../lib/access/session.ts";

/** Trades the access token for a cookie, and goes to the dashboard. */
export const handler = define.handlers({
  GET: (ctx) => enter(ctx.state.config.token, ctx.url.searchParams.get("token")),
  POST: async (ctx) => {
    const form = await ctx.req.formData().catch(() => new FormData());
    return enter(ctx.state.config.token, form.get("token"));
  },
});

function enter(token: string, given: FormDataEntryValue | null): Response {
  if (typeof given !== "string" || !tokenMatches(given, token)) {
    throw new HttpError(401, "That is not this server's token.");
  }
  const headers = new Headers({ location: "/" });
  openSession(headers, token);
  return new Response(null, { status: 303, headers });
}
