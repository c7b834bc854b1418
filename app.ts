import { App, staticFiles } from "fresh";
import type { AppState } from "./app_state.ts";
import { confined, secured } from "./response_headers.ts";
import { knownHere } from "./web/known_here.ts";

/** What `main.ts` hands over with each request, next to the peer's address. */
export interface AppInfo extends Deno.ServeHandlerInfo {
  readonly appState: AppState;
}

/**
 * The web app. `deno task build` joins it with `routes/` and `islands/` in `_fresh/server.js`, whose
 * default export answers requests.
 */
export const app: App<AppState> = new App<AppState>()
  .use((ctx) => {
    Object.assign(ctx.state, (ctx.info as AppInfo).appState);
    return ctx.next();
  })
  .use(secured, confined, knownHere)
  .use(staticFiles())
  .fsRoutes();
