/** What the web app relies on in Fresh. Nothing here knows which Fresh it is. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { App, createDefine, HttpError, page } from "fresh";
import { asset, IS_BROWSER } from "fresh/runtime";
import { fixtureApp } from "./fixture_app.ts";

const ORIGIN = "http://127.0.0.1:8000";

async function get(path: string, init?: RequestInit): Promise<Response> {
  const fetch = await fixtureApp();
  return await fetch(new Request(ORIGIN + path, { redirect: "manual", ...init }));
}

async function html(path: string): Promise<string> {
  return await (await get(path)).text();
}

/** Errors that reach the top are logged: not in the output of the tests. */
async function silently<T>(run: () => Promise<T>): Promise<T> {
  const { error } = console;
  console.error = () => {};
  try {
    return await run();
  } finally {
    console.error = error;
  }
}

Deno.test("App.get() answers through middlewares, in their order", async () => {
  const response = await get("/plain");
  assertEquals(response.status, 200);
  assertEquals(await response.text(), "plain app");
});

Deno.test("App.use() wraps what comes after it, and next() gives the response", async () => {
  const trail: string[] = [];
  const fetch = new App()
    .use(async (ctx) => {
      trail.push("in");
      const response = await ctx.next();
      trail.push("out");
      return response;
    })
    .get("/", () => {
      trail.push("route");
      return new Response("ok");
    })
    .handler();
  await (await fetch(new Request(`${ORIGIN}/`))).body?.cancel();
  assertEquals(trail, ["in", "route", "out"]);
});

Deno.test("App.use() may answer without next()", async () => {
  const fetch = new App()
    .use(() => new Response("no", { status: 401 }))
    .get("/", () => new Response("yes"))
    .handler();
  assertEquals((await fetch(new Request(`${ORIGIN}/`))).status, 401);
});

Deno.test("App.use() sees what a route throws", async () => {
  const seen: unknown[] = [];
  const thrown = new HttpError(418 as 400);
  const fetch = new App()
    .use(async (ctx) => {
      try {
        return await ctx.next();
      } catch (error) {
        seen.push(error);
        return new Response("caught", { status: 500 });
      }
    })
    .get("/", () => {
      throw thrown;
    })
    .handler();
  assertEquals(await (await fetch(new Request(`${ORIGIN}/`))).text(), "caught");
  assertEquals(seen, [thrown]);
});

Deno.test("App.use() runs for a path that no route has, and next() then throws a 404", async () => {
  const seen: unknown[] = [];
  const fetch = new App()
    .use(async (ctx) => {
      try {
        return await ctx.next();
      } catch (error) {
        seen.push(error instanceof HttpError && error.status);
        throw error;
      }
    })
    .handler();
  assertEquals((await fetch(new Request(`${ORIGIN}/nowhere`))).status, 404);
  assertEquals(seen, [404]);
});

Deno.test("App.handler() passes on what it was given as info", async () => {
  const fetch = new App().get("/", (ctx) => Response.json(Object.keys(ctx.info))).handler();
  const info: Deno.ServeHandlerInfo & { services: string } = {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    completed: Promise.resolve(),
    services: "given",
  };
  const response = await fetch(new Request(`${ORIGIN}/`), info);
  assert((await response.json()).includes("services"));
});

Deno.test("App.handler() answers an HttpError with its status and message", async () => {
  const fetch = new App().get("/", () => {
    throw new HttpError(403, "Not you");
  }).handler();
  const response = await fetch(new Request(`${ORIGIN}/`));
  assertEquals([response.status, await response.text()], [403, "Not you"]);
});

Deno.test("App.handler() answers any other error with 500 and no detail", async () => {
  const fetch = new App().get("/", () => {
    throw new Error("the secret detail");
  }).handler();
  const response = await silently(() => fetch(new Request(`${ORIGIN}/`)));
  assertEquals(response.status, 500);
  assert(!(await response.text()).includes("secret"));
});

Deno.test("HEAD is answered by GET, without the body", async () => {
  const response = await get("/actors/bob", { method: "HEAD" });
  assertEquals([response.status, await response.text()], [203, ""]);
  assertEquals(response.headers.get("x-actor"), "bob");
});

Deno.test("a method that a route does not have is answered with 405", async () => {
  assertEquals((await get("/plain", { method: "DELETE" })).status, 405);
  assertEquals((await get("/actors/bob", { method: "PUT" })).status, 405);
  assertEquals((await get("/nested", { method: "POST" })).status, 405);
});

Deno.test("a handler that is a function answers every method", async () => {
  assertEquals(await html("/files"), "files GET");
  assertEquals(await (await get("/files", { method: "PATCH" })).text(), "files PATCH");
});

Deno.test("a route is found with and without a slash at its end", async () => {
  assertStringIncludes(await html("/nested/"), "nested page");
  assertStringIncludes(await html("/nested"), "nested page");
});

Deno.test("a route has the parameters of its path, decoded", async () => {
  assertStringIncludes(await html("/actors/b%C3%A4r"), "BÄR bär");
});

Deno.test("a route with the name wins over one with a parameter", async () => {
  assertStringIncludes(await html("/actors/new"), "The name wins");
});

Deno.test("a route with [...path] has everything that is left", async () => {
  assertEquals(await html("/files/a/b.txt"), "rest a/b.txt");
});

Deno.test("page() gives data, status and headers to the component's response", async () => {
  const response = await get("/actors/bob");
  assertEquals(response.status, 203);
  assertEquals(response.headers.get("x-actor"), "bob");
  assertMatch(response.headers.get("content-type") ?? "", /^text\/html; ?charset=utf-8$/i);
  assertStringIncludes(await response.text(), `<p id="actor">BOB bob</p>`);
  assertEquals(page({ a: 1 }).data, { a: 1 });
});

Deno.test("a handler may answer by itself", async () => {
  const response = await get("/actors/bob", { method: "POST", body: `{"n":1}` });
  assertEquals(await response.json(), { name: "bob", body: { n: 1 } });
});

Deno.test("a component may be async, and may answer by itself", async () => {
  assertStringIncludes(await html("/actors"), "All actors app");
  assertEquals(await html("/actors?answer"), "answered by the component");
});

Deno.test("ctx.redirect() stays on this host", async () => {
  const response = await get("/actors/old");
  assertEquals(response.status, 302);
  assertEquals(response.headers.get("location"), "/evil.example/actors/new?from=old");
});

Deno.test("_app wraps pages in a document", async () => {
  const text = await html("/static-only");
  assertMatch(text, /^<!DOCTYPE html><html lang="en"><head>/);
  assertStringIncludes(text, "<title>Fixture /static-only</title>");
  assertMatch(text, /<body><p>No island here<\/p><\/body><\/html>$/);
});

Deno.test("_layout files nest, outermost first", async () => {
  assertMatch(
    await html("/nested/deep"),
    /<section id="outer"[^>]*><section id="inner"><p>deep page<\/p><\/section><\/section>/,
  );
});

Deno.test("a (group) has its own layout and no place in the path", async () => {
  assertStringIncludes(await html("/grouped"), `<section id="group"><p>grouped page</p></section>`);
});

Deno.test("_middleware files run from the root down, several of a file in their order", async () => {
  assertEquals((await get("/nested/deep")).headers.get("x-trail"), "app nested second deep");
  assertEquals((await get("/nested")).headers.get("x-trail"), "app nested second");
  assertEquals((await get("/actors")).headers.get("x-trail"), null);
});

Deno.test("_error shows a path that no route has, with 404", async () => {
  const response = await get("/nowhere/at/all");
  assertEquals(response.status, 404);
  const text = await response.text();
  assertStringIncludes(text, `<p id="error">Status 404</p>`);
  assertStringIncludes(text, "<title>Fixture /nowhere/at/all</title>");
});

Deno.test("_error shows an HttpError that a handler throws, with its status", async () => {
  const response = await get("/actors/missing");
  assertEquals(response.status, 404);
  assertStringIncludes(await response.text(), "Status 404");
});

Deno.test("_error shows a method that a route does not have, with 405", async () => {
  assertStringIncludes(await (await get("/plain", { method: "DELETE" })).text(), "Status 405");
});

Deno.test("_error shows any other error with 500 and no detail of its own", async () => {
  const response = await silently(() => get("/actors/broken"));
  assertEquals(response.status, 500);
  assertStringIncludes(await response.text(), "Something broke");
});

Deno.test("the nearest _error shows what a page throws while it is rendered", async () => {
  const response = await silently(() => get("/guarded"));
  assertEquals(response.status, 500);
  assertStringIncludes(await response.text(), `<p id="guarded">thrown while rendering</p>`);
});

Deno.test("staticFiles() serves static/ with a tag, to be asked for again", async () => {
  const response = await get("/hello.txt");
  assertEquals(await response.text(), "hello\n");
  assertMatch(response.headers.get("content-type") ?? "", /^text\/plain/);
  assertStringIncludes(response.headers.get("cache-control") ?? "", "no-cache");
  const etag = response.headers.get("etag") ?? "";
  const again = await get("/hello.txt", { headers: { "if-none-match": etag } });
  assertEquals([again.status, await again.text()], [304, ""]);
});

Deno.test("staticFiles() serves names that need an escape", async () => {
  assertEquals(await html("/a%20b.txt"), "with space\n");
});

Deno.test("staticFiles() has what asset() names cached for ever, unless by another build", async () => {
  const path = asset("/hello.txt");
  assertMatch(path, /^\/hello\.txt\?__frsh_c=\w+$/);
  const response = await get(path);
  await response.body?.cancel();
  assertStringIncludes(response.headers.get("cache-control") ?? "", "immutable");
  const older = await get("/hello.txt?__frsh_c=older");
  await older.body?.cancel();
  assert(!older.headers.get("cache-control")?.includes("immutable"));
});

Deno.test("staticFiles() serves nothing outside of its folders", async () => {
  for (const path of ["/main.ts", "/%2e%2e/main.ts", "/..%2fmain.ts", "/constructor"]) {
    const response = await get(path);
    await response.body?.cancel();
    assertEquals(response.status, 404, path);
  }
});

Deno.test("staticFiles() answers a write with 405", async () => {
  assertEquals((await get("/hello.txt", { method: "PUT", body: "x" })).status, 405);
});

Deno.test("a page links the stylesheet of client.ts, whose file never changes", async () => {
  const [, path = ""] = /<link rel="stylesheet" href="([^"]+\.css[^"]*)"/.exec(await html("/")) ??
    [];
  const response = await get(path);
  assertStringIncludes(await response.text(), "7px");
  assertMatch(response.headers.get("content-type") ?? "", /^text\/css/);
  assertStringIncludes(response.headers.get("cache-control") ?? "", "immutable");
});

Deno.test("csp() replaces unsafe-inline by the nonce of the page, new for each", async () => {
  const nonces = new Set<string>();
  for (let i = 0; i < 2; i++) {
    const response = await get("/");
    const policy = response.headers.get("content-security-policy") ?? "";
    assertStringIncludes(policy, "connect-src 'self' ws://127.0.0.1:6420");
    assertStringIncludes(policy, "default-src 'self'");
    assert(!policy.includes("unsafe-inline"), policy);
    const [, nonce = ""] = /script-src 'self' 'nonce-(\w+)'/.exec(policy) ?? [];
    const tags = (await response.text()).match(/<(script|style)\b[^>]*>/g) ?? [];
    assert(tags.length >= 2, "The page has scripts");
    for (const tag of tags) assertStringIncludes(tag, `nonce="${nonce}"`);
    nonces.add(nonce);
  }
  assertEquals(nonces.size, 2);
});

Deno.test("a page without islands has no script", async () => {
  assert(!(await html("/static-only")).includes("<script"));
});

Deno.test("an island is rendered on the server", async () => {
  const text = await html("/");
  assertMatch(text, /<p id="one" [^>]*data-browser="false"[^>]*><button type="button">count 3</);
  assertMatch(text, /<p id="three" /);
});

Deno.test("createDefine() gives back what it is given", () => {
  const define = createDefine<{ user: string }>();
  const handler = { GET: () => page({ n: 1 }) };
  assertEquals(define.handlers(handler), handler);
  const View = define.page<typeof handler>(({ data, state }) => `${data.n} ${state.user}`);
  assertEquals(typeof View, "function");
});

Deno.test("IS_BROWSER is false here", () => {
  assertEquals(IS_BROWSER, false);
});
