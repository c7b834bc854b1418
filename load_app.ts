import type { AppInfo } from "./app.ts";
import type { AppState } from "./app_state.ts";
import { refusalResponse } from "./lib/access/mod.ts";
import { StartError } from "./start_failure.ts";

type Fetch = (request: Request, info: AppInfo) => Promise<Response>;

/**
 * Gives what answers the dashboard's requests. Rejects when the app was not built.
 *
 * The app is what `vite build` made of `app.ts`, whether by Fresh's own plugin or by the one that
 * stands in for it: what it is to know reaches it with each request, not by an import.
 */
export async function loadApp(appState: AppState): Promise<Deno.ServeHandler> {
  const url = import.meta.resolve("./_fresh/server.js");
  if (!exists(new URL(url))) {
    throw new StartError("The dashboard is not built: run `deno task build`");
  }
  const built: { default: { fetch: Fetch } } = await import(url);
  return answering(built.default.fetch, appState);
}

/** Answers with the app what it can look at: a request whose address is none goes no further. */
export function answering(fetch: Fetch, appState: AppState): Deno.ServeHandler {
  return (request, { remoteAddr, completed }) => {
    if (hasAddress(request)) return fetch(request, { remoteAddr, completed, appState });
    const refusal = appState.access.refuseStranger(request.headers);
    if (refusal !== undefined) return refusalResponse(refusal);
    const message = "The request's address is none";
    return Response.json({ group: "api", code: "bad_request", message }, { status: 400 });
  };
}

/** The address is made of the Host header and a path, and either may be anything. */
function hasAddress(request: Request): boolean {
  try {
    decodeURIComponent(new URL(request.url).pathname);
    return true;
  } catch {
    return false;
  }
}

function exists(file: URL): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch {
    return false;
  }
}
