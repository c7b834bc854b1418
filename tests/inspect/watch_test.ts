import { assert, assertEquals, assertThrows } from "@std/assert";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { type FeedMessage, lookAt, type Topic } from "../../lib/inspect/api/mod.ts";
import { createInspector, type InspectLimits, type Inspector } from "../../lib/inspect/mod.ts";
import { FakeSource } from "../support/fake_source.ts";

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

function topic({ inspected }: Inspector, name: string, after: string | null = null): Topic {
  return { name, after, ...lookAt(inspected, new URL(name, "http://localhost")) };
}

interface Told {
  readonly event: string;
  // deno-lint-ignore no-explicit-any
  readonly data: any;
}

/** Reads a stream as fast as it comes; what it brought waits here. */
class Watcher {
  readonly #reader: ReadableStreamDefaultReader<FeedMessage>;
  readonly #host: VirtualHost;
  readonly #told: (Told | null)[] = [];

  constructor(host: VirtualHost, inspector: Inspector, ...topics: Topic[]) {
    const stream = inspector.watch(topics);
    assert(stream !== null);
    this.#host = host;
    this.#reader = stream.getReader();
    this.#pump();
  }

  /** All that came since; `null` at last: the stream has ended. */
  async told(): Promise<(Told | null)[]> {
    await this.#host.settle();
    return this.#told.splice(0);
  }

  async events(): Promise<(string | undefined)[]> {
    return (await this.told()).map((told) => told?.event);
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }

  async #pump(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      this.#told.push(done ? null : { event: value.event, data: JSON.parse(value.data) });
      if (done) return;
    }
  }
}

Deno.test("a watched table begins whole, then tells the rows that changed and those that went", async () => {
  const { host, inspector, source } = setup();
  const kept = source.socket(source.actor("counter", "demo").actorId);
  const gone = source.socket(kept.actorId);
  const watcher = new Watcher(host, inspector, topic(inspector, "/api/sockets"));
  const [first] = await watcher.told();
  assertEquals([first?.event, first?.data.inAll, first?.data.rows.length], ["rows", 2, 2]);

  source.messages(kept, 3, 1);
  source.sockets.splice(source.sockets.indexOf(gone), 1);
  await host.advance(250);
  const [changes] = await watcher.told();
  assertEquals([changes?.event, changes?.data.inAll], ["changes", 1]);
  assertEquals(changes?.data.put.map(({ sent }: { sent: number }) => sent), [3]);
  assertEquals(changes?.data.gone.length, 1);
  inspector.close();
});

Deno.test("a watched value is told again when it has changed, and only then", async () => {
  const { host, inspector, source } = setup();
  const watcher = new Watcher(host, inspector, topic(inspector, "/api/overview"));
  assertEquals(await watcher.events(), ["value"]);
  await host.advance(2_000);
  assertEquals(await watcher.events(), []);
  source.requestsInFlight = 1;
  await host.advance(250);
  const [told] = await watcher.told();
  assertEquals(told?.data.value.totals.requestsInFlight, 1);
  inspector.close();
});

Deno.test("each entry of a watched log comes once, and a new connection goes on where the last was", async () => {
  const { host, inspector, source } = setup();
  const ids: number[] = [];
  let after: string | null = null;
  for (let connection = 0; connection < 3; connection++) {
    const watcher: Watcher = new Watcher(host, inspector, topic(inspector, "/api/events", after));
    for (let i = 0; i < 5; i++) {
      source.actor("echo", `${connection}-${i}`);
      await host.advance(250);
      for (const told of await watcher.told()) {
        ids.push(...told!.data.rows.map(({ id }: { id: number }) => id).reverse());
        after = `${told!.data.instance}-${told!.data.lastId}`;
        assertEquals(told!.data.missed, 0);
      }
    }
    await watcher.leave();
    source.actor("counter", `between-${connection}`);
  }
  assertEquals(ids, Array.from({ length: 17 }, (_, at) => at + 1));
});

Deno.test("who comes back to a log too late is told how many entries are gone", async () => {
  const { host, inspector, source } = setup({ events: 4 });
  source.actor("echo", "first");
  const after = `${inspector.inspected.instance}-1`;
  for (let i = 0; i < 9; i++) source.actor("echo", `${i}`);
  const watcher = new Watcher(host, inspector, topic(inspector, "/api/events", after));
  const [told] = await watcher.told();
  assertEquals([told?.data.missed, told?.data.rows.length, told?.data.lastId], [5, 4, 10]);
  inspector.close();
});

Deno.test("who comes back to another process's log begins anew", async () => {
  const { host, inspector, source } = setup();
  source.actor("echo", "first");
  const watcher = new Watcher(host, inspector, topic(inspector, "/api/events", "0000-17"));
  const [told] = await watcher.told();
  assertEquals([told?.data.rows.length, told?.data.lastId], [1, 1]);
  inspector.close();
});

Deno.test("several topics come in one stream, each message with its topic", async () => {
  const { host, inspector } = setup();
  const names = ["/api/overview", "/api/actors?limit=5", "/api/events"];
  const topics = names.map((name) => topic(inspector, name));
  const watcher = new Watcher(host, inspector, ...topics);
  assertEquals((await watcher.told()).map((told) => told?.data.topic), names);
  inspector.close();
});

Deno.test("a stream tells nothing while nothing changes, but a heartbeat in time", async () => {
  const { host, inspector } = setup();
  const watcher = new Watcher(host, inspector, topic(inspector, "/api/actors"));
  await watcher.told();
  await host.advance(9_999);
  assertEquals(await watcher.events(), []);
  await host.advance(250);
  assertEquals(await watcher.events(), ["heartbeat"]);
  inspector.close();
});

Deno.test("nobody watching costs no look and no timer, before and after somebody did", async () => {
  const { host, inspector, source } = setup();
  await host.advance(60_000);
  assertEquals([source.views, host.timers], [0, 0]);
  const watcher = new Watcher(host, inspector, topic(inspector, "/api/sockets"));
  await watcher.told();
  assertEquals(host.timers, 1);
  await watcher.leave();
  const { views } = source;
  await host.advance(60_000);
  assertEquals([source.views, host.timers, inspector.watchers], [views, 0, 0]);
});

Deno.test("a watcher that does not read is told what is new when it does, and costs no look before", async () => {
  const { host, inspector, source } = setup({ unreadMessages: 1 });
  const reader = inspector.watch([topic(inspector, "/api/actors")])!.getReader();
  await host.settle();
  for (let i = 0; i < 10; i++) {
    source.actor("echo", `${i}`);
    await host.advance(250);
  }
  const next = async () => JSON.parse((await reader.read()).value!.data);
  assertEquals((await next()).rows.length, 0);
  await host.advance(250);
  assertEquals((await next()).put.length, 10);
  inspector.close();
});

Deno.test("the pause between looks grows with what they cost, and with how many watch", async () => {
  for (const watching of [1, 2]) {
    const { host, inspector, source } = setup();
    const costMs = 50;
    const now = host.now.bind(host);
    let spent = 0;
    host.now = () => now() + spent;
    const { socketLooks } = source.gateway;
    Object.assign(source.gateway, {
      socketLooks: () => {
        spent += costMs;
        return socketLooks();
      },
    });
    const watchers = Array.from(
      { length: watching },
      () => new Watcher(host, inspector, topic(inspector, "/api/sockets")),
    );
    for (const watcher of watchers) await watcher.told();
    const before = source.views;
    await host.advance(40 * costMs - 1);
    assertEquals(source.views, before);
    await host.advance(1 + 40 * costMs * (watching - 1));
    assert(source.views > before);
    inspector.close();
  }
});

Deno.test("inspector.close() ends every stream and begins no more", async () => {
  const { host, inspector } = setup();
  const watcher = new Watcher(host, inspector, topic(inspector, "/api/actors"));
  await watcher.told();
  inspector.close();
  assertEquals(await watcher.told(), [null]);
  assertEquals([inspector.watch([]), host.timers], [null, 0]);
});

Deno.test("as many watch as `watchers` says", async () => {
  const { host, inspector } = setup({ watchers: 2 });
  const first = new Watcher(host, inspector);
  new Watcher(host, inspector);
  assertEquals(inspector.watch([]), null);
  await first.leave();
  new Watcher(host, inspector);
  inspector.close();
});

Deno.test("lookAt() refuses what is not there and what is not wanted, and says what is", () => {
  const { inspector } = setup();
  const at = (address: string) => lookAt(inspector.inspected, new URL(address, "http://localhost"));
  for (
    const [address, code, says] of [
      ["/api/nothing", "no_resource", "/api/sockets"],
      ["/api/sockets/", "no_resource", "/api/sockets"],
      ["/api/sockets?limit=0", "bad_request", "from 1 to 10000"],
      ["/api/sockets?limit=10001", "bad_request", "from 1 to 10000"],
      ["/api/sockets?limit=x", "bad_request", "whole number"],
      ["/api/sockets?limit=1&limit=2", "bad_request", "twice"],
      ["/api/sockets?limits=1", "bad_request", "known are limit"],
    ] as const
  ) {
    const error = assertThrows(() => at(address), GatewayError);
    assertEquals(error.code, code, address);
    assert(error.message.includes(says), `${address}: ${error.message}`);
  }
  assertEquals(at("/api/sockets?limit=10000").look.query, { limit: 10_000 });
});
