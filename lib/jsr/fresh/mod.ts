/**
 * Stands in for Fresh 2 (`jsr:@fresh/core@^2.3`), which npm does not have: the same names, types and
 * behaviour for what the web app here uses, and nothing that the original lacks.
 */
export { App } from "./app.ts";
export type { Context, Middleware } from "./context.ts";
export { csp, type CSPOptions } from "./csp.ts";
export { createDefine, type Define } from "./define.ts";
export { HttpError } from "./error.ts";
export { type HandlerByMethod, type HandlerFn, page, type PageResponse } from "./handlers.ts";
export type { Method, RouteHandler } from "./handlers.ts";
export type { PageProps } from "./render.ts";
export { staticFiles } from "./static_files.ts";
