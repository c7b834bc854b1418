import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { requestUrl } from "../../lib/gateway/request_url.ts";

/** Among them what `URL` writes in another way, and what it takes out. */
const piece = fc.constantFrom(
  ..."/.%?#&=+'\"\\^|{}<>:@;,*~!$ é\t-_aZ0",
  "/.",
  "/..",
  "/%2e",
  "..%2F",
  "/gateway/echo",
  "rvt-key=",
);

Deno.test("requestUrl() reads every path and query as URL does", () => {
  const rest = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(rest, (rest) => {
      const url = `http://127.0.0.1:6420/${rest}`;
      const { pathname, search } = requestUrl(url);
      const wanted = new URL(url);
      assertEquals({ pathname, search }, { pathname: wanted.pathname, search: wanted.search });
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("requestUrl() needs no URL for an ordinary path and query", () => {
  const url = "http://[::1]:6420/gateway/echo@t/a.b/c?rvt-method=getOrCreate&rvt-key=a%20b";
  assertEquals(requestUrl(url), {
    pathname: "/gateway/echo@t/a.b/c",
    search: "?rvt-method=getOrCreate&rvt-key=a%20b",
  });
});

Deno.test("requestUrl() reads a URL without a path as URL does", () => {
  for (const url of ["http://127.0.0.1:6420", "http://a?b", "http://a#b"]) {
    const { pathname, search } = requestUrl(url);
    assertEquals([pathname, search], [new URL(url).pathname, new URL(url).search]);
  }
});
