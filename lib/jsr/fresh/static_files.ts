import { AROUND, type Middleware } from "./context.ts";

/** Serves the files of `static/` and those that the build made. */
export function staticFiles<T>(): Middleware<T> {
  return async (ctx) => {
    const { req, url } = ctx;
    const { files, id: buildId, root } = ctx[AROUND].build;
    const file = Object.hasOwn(files, url.pathname) ? files[url.pathname] : undefined;
    if (file === undefined) return await ctx.next();
    if (req.method !== "GET" && req.method !== "HEAD") {
      return new Response("Method Not Allowed", { status: 405 });
    }
    const id = url.searchParams.get("__frsh_c");
    const etag = `W/"${file.etag}"`;
    const cached = file.immutable || id === buildId
      ? "public, max-age=31536000, immutable"
      : "no-cache, no-store, max-age=0, must-revalidate";
    const headers = { "Content-Type": file.type, "Etag": etag, "Cache-Control": cached };
    if (req.headers.get("If-None-Match") === etag) {
      return new Response(null, { status: 304, headers });
    }
    return new Response(await Deno.readFile(`${root}/${file.path}`), { headers });
  };
}
