import { assert, assertEquals } from "@std/assert";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import type { FrameDetail, FrameRow } from "../../lib/inspect/mod.ts";
import { FakeApp } from "../support/fake_app.ts";

const FRAMES = "/api/tunnel/frames";
const EVENTS = { accept: "text/event-stream" };

async function setup(options: Parameters<typeof FakeApp.create>[0] = {}) {
  const host = new VirtualHost();
  const app = await FakeApp.create({ host, ...options });
  const { source } = app;
  const socket = source.socket(source.actor("counter", "demo").actorId);
  const watch = async (query = "", token = FakeApp.TOKEN) => {
    const headers = { ...EVENTS, authorization: `Bearer ${token}` };
    const response = await app.ask(`${FRAMES}${query}`, { headers });
    assertEquals(response.status, 200);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    /** What the next message brings. */
    const next = async (): Promise<{ rows: FrameRow[]; missed: number; lastId: number }> => {
      const { value } = await reader.read();
      return JSON.parse(/^data:(.*)$/m.exec(value!)![1]!);
    };
    await next();
    return { next, leave: () => reader.cancel() };
  };
  return { host, app, source, socket, watch };
}

for (const role of ["all", "runner"] as const) {
  Deno.test(`frames are traced as long as somebody watches them, at ${role}`, async () => {
    const { host, app, source, socket, watch } = await setup({ role });
    await app.call(FRAMES);
    assertEquals(source.tracer, undefined, "Asking once traced");
    const first = await watch();
    const second = await watch("?kind=pong");
    assert(source.tracer !== undefined);
    source.frame(socket, "hello", null);
    source.pong();
    await host.advance(250);
    const { rows } = await first.next();
    assertEquals(rows.map(({ kind, bytes }) => [kind, bytes]), [
      ["pong", 9],
      ["webSocketMessage", null],
    ]);
    assertEquals((await second.next()).rows.map(({ kind }) => kind), ["pong"]);
    await first.leave();
    assert(source.tracer !== undefined, "The other still watches");
    await second.leave();
    await host.settle();
    assertEquals([source.tracer, host.timers], [undefined, 0]);
    const kept: { rows: FrameRow[] } = await (await app.call(FRAMES)).json();
    assertEquals(kept.rows.length, 2);
  });
}

Deno.test("a server that closes stops the trace", async () => {
  const { app, source, watch } = await setup();
  await watch();
  assert(source.tracer !== undefined);
  app.state.inspector.close();
  assertEquals(source.tracer, undefined);
});

Deno.test("what users send in frames is for the role payload, whichever way it is asked for", async () => {
  const { host, app, source, socket, watch } = await setup();
  const all = await watch("", FakeApp.PAYLOAD_TOKEN);
  const some = await watch("", FakeApp.VIEW_TOKEN);
  const guess = await watch("?text=hello", FakeApp.VIEW_TOKEN);
  source.frame(socket, "hello there");
  await host.advance(250);
  const [[seen], [unseen]] = [(await all.next()).rows, (await some.next()).rows];
  assert(seen!.preview!.includes("hello there"));
  assertEquals([unseen!.preview, unseen!.note], [null, "text, 11 bytes"]);
  assertEquals((await guess.next()).rows, []);
  const ask = async (token: string, path: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return await (await app.ask(`${FRAMES}${path}`, { headers })).json();
  };
  const one: FrameDetail = await ask(FakeApp.VIEW_TOKEN, "/1");
  assertEquals([one.kind, one.decoded], ["webSocketMessage", null]);
  assert((await ask(FakeApp.PAYLOAD_TOKEN, "/1")).decoded.includes("hello there"));
  assertEquals((await ask(FakeApp.VIEW_TOKEN, "?text=hello")).rows, []);
  assertEquals((await ask(FakeApp.PAYLOAD_TOKEN, "?text=HELLO")).rows.length, 1);
  assertEquals((await ask(FakeApp.TOKEN, "/99")).code, "no_frame");
  for (const watcher of [all, some, guess]) await watcher.leave();
});

Deno.test("a filter that is none is refused, with what would be one", async () => {
  const { app } = await setup();
  for (const query of ["?kind=nonsense", "?direction=up", "?limit=0", `?text=${"x".repeat(257)}`]) {
    const response = await app.call(`${FRAMES}${query}`);
    assertEquals([response.status, (await response.json()).code], [400, "bad_request"], query);
  }
});

Deno.test("a watcher that comes back goes on where it was, and is told how many it missed", async () => {
  const { host, app, source, socket, watch } = await setup({ limits: { tracedFrames: 3 } });
  const keeper = await watch();
  for (const text of ["a", "b", "c", "d", "e"]) source.frame(socket, text);
  await host.advance(250);
  assertEquals((await keeper.next()).rows.length, 3);
  const { instance } = app.state.inspector.inspected;
  const response = await app.call(`${FRAMES}?after=${instance}-1`, { headers: EVENTS });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const told = JSON.parse(/^data:(.*)$/m.exec((await reader.read()).value!)![1]!);
  assertEquals([told.rows.map(({ id }: FrameRow) => id), told.missed], [[5, 4, 3], 1]);
  await reader.cancel();
  await keeper.leave();
});
