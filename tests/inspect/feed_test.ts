import { assert, assertEquals } from "@std/assert";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import {
  createInspector,
  type FeedMessage,
  type InspectLimits,
  type Inspector,
  loadLatencySeries,
  type Snapshot,
  type Update,
} from "../../lib/inspect/mod.ts";
import { FakeSource } from "../support/fake_source.ts";

await loadLatencySeries();

function setup(limits: Partial<InspectLimits> = {}): {
  host: VirtualHost;
  inspector: Inspector;
  source: FakeSource;
} {
  const host = new VirtualHost();
  const inspector = createInspector({ host, role: "all", limits });
  const source = new FakeSource(host, inspector.gatewayObserver);
  inspector.observe(source);
  return { host, inspector, source };
}

/** Reads a feed as fast as it comes; what it brought waits here. */
class Watcher {
  readonly #reader: ReadableStreamDefaultReader<FeedMessage>;
  readonly #host: VirtualHost;
  readonly #messages: (FeedMessage | null)[] = [];

  constructor(host: VirtualHost, inspector: Inspector) {
    const feed = inspector.watch();
    assert(feed !== null);
    this.#host = host;
    this.#reader = feed.getReader();
    this.#pump();
  }

  /** `undefined`: nothing has come; `null`: the feed has ended. */
  async next(): Promise<FeedMessage | null | undefined> {
    await this.#host.settle();
    return this.#messages.shift();
  }

  async update(): Promise<Update> {
    const message = await this.next();
    assertEquals(message?.event, "update");
    return JSON.parse(message!.data);
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }

  async #pump(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      this.#messages.push(done ? null : value);
      if (done) return;
    }
  }
}

Deno.test("a feed begins with a snapshot and goes on with what changed", async () => {
  const { host, inspector, source } = setup();
  const counter = source.actor("counter", "demo");
  const watcher = new Watcher(host, inspector);
  const first = await watcher.next();
  assertEquals([first?.event, first?.retry], ["snapshot", 1_000]);
  assertEquals((JSON.parse(first!.data) as Snapshot).actors[0]!.phase, "running");

  await source.gateway.hibernate(counter.actorId);
  source.request(counter.actorId, "GET", "/", 200, 1);
  assertEquals(await watcher.next(), undefined);
  await host.advance(250);
  const update = await watcher.update();
  assertEquals(update.state?.actors[0]?.phase, "asleep");
  assertEquals(update.events.map(({ kind }) => kind), ["sleep"]);
  assertEquals(update.requests.length, 1);
  inspector.close();
});

Deno.test("a feed sends nothing while nothing changes, but a heartbeat in time", async () => {
  const { host, inspector, source } = setup();
  source.actor("counter", "demo");
  const watcher = new Watcher(host, inspector);
  await watcher.next();
  await host.advance(250);
  await watcher.update();
  await host.advance(9_999);
  assertEquals(await watcher.next(), undefined);
  await host.advance(250);
  assertEquals((await watcher.next())?.event, "heartbeat");
  inspector.close();
});

Deno.test("an update leaves out the state when only a log has grown", async () => {
  const { host, inspector } = setup();
  const watcher = new Watcher(host, inspector);
  await watcher.next();
  await host.advance(250);
  await watcher.update();
  inspector.gatewayObserver.limitReached?.("pendingBytes", 1);
  await host.advance(250);
  const update = await watcher.update();
  assertEquals([update.state, update.events.length], [null, 1]);
  inspector.close();
});

Deno.test("each event and each second of a feed comes once", async () => {
  const { host, inspector, source } = setup();
  const socket = source.socket(source.actor("counter", "demo").actorId);
  const watcher = new Watcher(host, inspector);
  const snapshot = JSON.parse((await watcher.next())!.data) as Snapshot;
  const ids = snapshot.events.map(({ id }) => id);
  const seconds = snapshot.latencySeries.map(({ second }) => second);
  for (let i = 0; i < 20; i++) {
    source.messages(socket, 3, 1);
    if (i % 3 === 0) source.actor("echo", `${i}`);
    await host.advance(250);
    const update = await watcher.update();
    ids.push(...update.events.map(({ id }) => id).reverse());
    seconds.push(...update.latencySeries.map(({ second }) => second));
  }
  assertEquals(ids, Array.from({ length: 8 }, (_, at) => at + 1));
  assertEquals(seconds, [...new Set(seconds)]);
  assertEquals(seconds.length, 5);
  inspector.close();
});

Deno.test("nobody watching costs no look and no timer, before and after somebody did", async () => {
  const { host, inspector, source } = setup();
  await host.advance(60_000);
  assertEquals([source.views, host.timers], [0, 0]);
  const watcher = new Watcher(host, inspector);
  await watcher.next();
  assertEquals(host.timers, 1);
  await watcher.leave();
  const views = source.views;
  await host.advance(60_000);
  assertEquals([source.views, host.timers, inspector.watchers], [views, 0, 0]);
});

Deno.test("several watchers cost one look for each update", async () => {
  const { host, inspector, source } = setup();
  const watchers = [1, 2, 3].map(() => new Watcher(host, inspector));
  for (const watcher of watchers) await watcher.next();
  const before = source.views;
  source.actor("echo", "x");
  await host.advance(250);
  assertEquals(source.views - before, 1);
  for (const watcher of watchers) await watcher.update();
  inspector.close();
});

for (const unreadMessages of [1, 4]) {
  Deno.test(`a watcher that leaves ${unreadMessages} unread gets a snapshot instead of what it missed`, async () => {
    const { host, inspector, source } = setup({ unreadMessages });
    const slow = inspector.watch()!.getReader();
    const next = async (): Promise<FeedMessage> => (await slow.read()).value!;
    for (let i = 0; i < 10; i++) {
      source.actor("echo", `${i}`);
      await host.advance(250);
    }
    const unread = [];
    for (let i = 0; i < unreadMessages; i++) unread.push((await next()).event);
    assertEquals(unread, ["snapshot", ...new Array(unreadMessages - 1).fill("update")]);
    source.actor("echo", "last");
    await host.advance(250);
    const healed = await next();
    assertEquals(healed.event, "snapshot");
    assertEquals((JSON.parse(healed.data) as Snapshot).actors.length, 11);
    inspector.close();
  });
}

Deno.test("the pause between updates grows with what they cost", async () => {
  const { host, inspector, source } = setup();
  const costMs = 50;
  const now = host.now.bind(host);
  let spent = 0;
  host.now = () => now() + spent;
  const summary = source.gateway.summary;
  Object.assign(source.gateway, {
    summary: () => {
      spent += costMs;
      return summary();
    },
  });
  const watcher = new Watcher(host, inspector);
  await watcher.next();
  const before = source.views;
  await host.advance(250 + 40 * costMs - 1);
  assertEquals(source.views - before, 1);
  await host.advance(1);
  assertEquals(source.views - before, 2);
  await watcher.leave();
});

Deno.test("inspector.close() ends every feed and begins no more", async () => {
  const { host, inspector } = setup();
  const watcher = new Watcher(host, inspector);
  await watcher.next();
  inspector.close();
  assertEquals(await watcher.next(), null);
  assertEquals([inspector.watch(), host.timers], [null, 0]);
});

Deno.test("a feed takes as many watchers as its limit", async () => {
  const { host, inspector } = setup({ watchers: 2 });
  const first = new Watcher(host, inspector);
  new Watcher(host, inspector);
  assertEquals(inspector.watch(), null);
  await first.leave();
  new Watcher(host, inspector);
  inspector.close();
});
