import { App, csp, staticFiles } from "fresh";
import type { State } from "./utils.ts";

export const app = new App<State>()
  .use(staticFiles())
  .use(csp({ useNonce: true, csp: ["connect-src 'self' ws://127.0.0.1:6420"] }))
  .use((ctx) => {
    ctx.state.trail = ["app"];
    return ctx.next();
  })
  .get("/plain", (ctx) => new Response(`plain ${ctx.state.trail.join(" ")}`))
  .fsRoutes();
