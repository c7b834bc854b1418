import { type Context, HttpError, type Middleware } from "fresh";
import { type AppState, define } from "../app_state.ts";
import { Problem } from "../components/Problem.tsx";
import { checkSameOrigin, type Refusal, refusalResponse } from "../lib/access/mod.ts";
import { GatewayError } from "../lib/gateway/errors.ts";
import { addressOf } from "../web/address.ts";

/** What anybody may ask for: probes have no token, and who has none must be able to log in. */
const OPEN: ReadonlySet<string> = new Set(["/livez", "/readyz", "/login"]);

/**
 * Programs get errors as JSON, in the shape that the gateway's have; people get a page. Here and not
 * in an `_error.tsx`, which would answer outside of the middlewares that set the headers.
 */
const explained: Middleware<AppState> = async (ctx) => {
  try {
    return await ctx.next();
  } catch (error) {
    if (error instanceof GatewayError) return error.toResponse();
    if (!(error instanceof HttpError)) throw error;
    const { status, message } = error;
    if (!isForPrograms(ctx)) return await problem(ctx, status, message);
    return Response.json({ group: "dashboard", code: `http_${status}`, message }, { status });
  }
};

const guarded: Middleware<AppState> = (ctx) => {
  const refusal = enter(ctx);
  if (refusal === undefined) return ctx.next();
  return isForPrograms(ctx)
    ? refusalResponse(refusal)
    : problem(ctx, refusal.status, refusal.message);
};

/** Refuses who is not known. Other sites were refused before: `web/known_here.ts`. */
function enter({ req: { headers }, url, state, info }: Context<AppState>): Refusal | undefined {
  // Whoever can post a login from elsewhere can make a person use a dashboard that is not theirs.
  if (OPEN.has(url.pathname)) return checkSameOrigin(headers);
  const visitor = state.access.visitor(headers, addressOf(info));
  if ("status" in visitor) return visitor;
  state.visitor = visitor;
  return undefined;
}

function isForPrograms({ url: { pathname } }: Context<AppState>): boolean {
  return pathname.startsWith("/api/") || pathname === "/metrics";
}

function problem(
  ctx: Context<AppState>,
  status: number,
  message: string,
): Response | Promise<Response> {
  return ctx.render(<Problem status={status} message={message} />, { status });
}

export default define.middleware([explained, guarded]);
