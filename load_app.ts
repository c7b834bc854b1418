import type { AppInfo } from "./app.ts";
import type { AppState } from "./app_state.ts";
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
  return (request, { remoteAddr, completed }) =>
    built.default.fetch(request, { remoteAddr, completed, appState });
}

function exists(file: URL): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch {
    return false;
  }
}
