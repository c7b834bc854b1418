import { assert, assertEquals } from "@std/assert";
import { ACCESS_LIMITS } from "../../lib/access/mod.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { FakeApp } from "../support/fake_app.ts";

const { perMinute, perMinuteInAll } = ACCESS_LIMITS.guesses;

/** The app, and what one address gets for a token: by the login's form, its link, or as a bearer. */
async function guarded() {
  const host = new VirtualHost();
  const app = await FakeApp.create({ host });
  const from = (hostname: string, path: string, init: RequestInit = {}) =>
    app.fetch(
      new Request(`http://127.0.0.1:8000${path}`, {
        ...init,
        headers: { host: "127.0.0.1:8000", ...init.headers as Record<string, string> },
      }),
      {
        remoteAddr: { transport: "tcp", hostname, port: 5 },
        completed: Promise.resolve(),
      },
    );
  const ways = [
    (hostname: string, token: string) => from(hostname, `/login?token=${token}`),
    (hostname: string, token: string) =>
      from(hostname, "/login", { method: "POST", body: new URLSearchParams({ token }) }),
    (hostname: string, token: string) =>
      from(hostname, "/api/overview", { headers: { authorization: `Bearer ${token}` } }),
  ];
  const statusOf = async (hostname: string, token: string, way = 0): Promise<number> => {
    const response = await ways[way % ways.length]!(hostname, token);
    await response.body?.cancel();
    return response.status;
  };
  return { app, host, from, statusOf, ways };
}

Deno.test("after so many wrong tokens from an address none is looked at, not even the right one", async () => {
  const { host, statusOf, ways } = await guarded();
  for (let guess = 0; guess < perMinute; guess++) {
    assertEquals(await statusOf("10.0.0.1", `wrong-${guess}`, guess), 401);
  }
  for (const way of ways.keys()) {
    assertEquals(await statusOf("10.0.0.1", FakeApp.TOKEN, way), 429, `${way}`);
  }
  const refused = await ways[2]!("10.0.0.1", FakeApp.TOKEN);
  assertEquals([refused.headers.get("retry-after"), (await refused.json()).code], [
    `${60 / perMinute}`,
    "rate_limited",
  ]);
  // Others are not kept out.
  assertEquals(await statusOf("10.0.0.2", FakeApp.TOKEN), 303);
  await host.advance(60_000 / perMinute);
  assertEquals(await statusOf("10.0.0.1", FakeApp.TOKEN), 303);
});

Deno.test("many addresses together have no more guesses than all may have", async () => {
  const { statusOf } = await guarded();
  let looked = 0;
  for (let guess = 0; guess < perMinuteInAll * 2; guess++) {
    if (await statusOf(`10.0.1.${guess}`, `wrong-${guess}`, guess) === 401) looked++;
  }
  assertEquals(looked, perMinuteInAll);
});

Deno.test("who is logged in stays so while others guess, and a program that errs locks nobody out", async () => {
  const { from, statusOf, ways } = await guarded();
  const login = await ways[0]!("10.0.0.1", FakeApp.TOKEN);
  const cookie = login.headers.get("set-cookie")!.split(";")[0]!;
  // The same wrong token again and again is no guess: one that forgot to be told the new token.
  for (let i = 0; i < perMinute * 3; i++) {
    assertEquals(await statusOf("10.0.0.1", "the-old-token", 2), 401);
  }
  assertEquals(await statusOf("10.0.0.1", FakeApp.TOKEN, 2), 200);
  for (let i = 0; i < perMinute; i++) await statusOf("10.0.0.1", `wrong-${i}`);
  assertEquals(await statusOf("10.0.0.1", FakeApp.TOKEN, 2), 429);
  const page = await from("10.0.0.1", "/api/overview", { headers: { cookie } });
  assertEquals(page.status, 200);
});

Deno.test("a session ends after 30 days, whatever its cookie says", async () => {
  const { host, from, ways } = await guarded();
  const login = await ways[0]!("10.0.0.1", FakeApp.VIEW_TOKEN);
  const cookie = login.headers.get("set-cookie")!.split(";")[0]!;
  const look = async () =>
    (await from("10.0.0.1", "/api/overview", { headers: { cookie } })).status;
  await host.advance(29 * 86_400_000);
  assertEquals(await look(), 200);
  await host.advance(2 * 86_400_000);
  assertEquals(await look(), 401);
});

Deno.test("guessing a token of 16 random characters takes more than 10^20 years", () => {
  // The least that is taken; those made at the first start are longer.
  const perYear = perMinuteInAll * 60 * 24 * 365;
  assert(62 ** 16 / 2 / perYear > 1e20);
});
