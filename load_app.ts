import type { AppInfo } from "./app.ts";
import type { AppState } from "./app_state.ts";

type Fetch = (request: Request, info: AppInfo) => Promise<Response>;

/**
 * Gives what answers the dashboard's requests. Rejects when the app was not built.
 *
 * The app is what `vite build` made of `app.ts`, whether by Fresh's own plugin or by the one that
 * stands in for it: what it is to know reaches it with each request, not by an import.
 */
export async function loadApp(appState: AppState): Promise<Deno.ServeHandler> {
  const url = import.meta.resolve("./_fresh/server.js");
  const built: { default: { fetch: Fetch } } = await import(url).catch((cause) => {
    throw new Error("The dashboard is not built: run `deno task build`", { cause });
  });
  return (request, { remoteAddr, completed }) =>
    built.default.fetch(request, { remoteAddr, completed, appState });
}
