import type { Context } from "fresh";
import { HttpError } from "fresh";
import { type AppState, define } from "../app_state.ts";
import { addressOf } from "../web/address.ts";

/** Trades the access token for a cookie, and goes to the dashboard: no address keeps the token. */
export const handler = define.handlers({
  GET: (ctx) => enter(ctx, ctx.url.searchParams.get("token")),
  POST: async (ctx) => {
    const form = await ctx.req.formData().catch(() => new FormData());
    return enter(ctx, form.get("token"));
  },
});

function enter({ state, info }: Context<AppState>, given: FormDataEntryValue | null): Response {
  const headers = new Headers({ location: "/" });
  const token = typeof given === "string" ? given : null;
  const refusal = state.access.logIn(token, addressOf(info), headers);
  if (refusal === undefined) return new Response(null, { status: 303, headers });
  throw new HttpError(
    refusal.status,
    refusal.status === 429 ? `${refusal.message}.` : "That is not this server's token.",
  );
}
