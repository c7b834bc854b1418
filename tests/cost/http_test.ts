import { assertEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { Departures } from "../../lib/gateway/departures.ts";
import type { ProxiedRequest } from "../../lib/gateway/proxied_request.ts";
import { silent } from "../support/fake_runner.ts";
import { GatewayWorld } from "../support/gateway_world.ts";
import { Embedded } from "./embedded.ts";

const REQUESTS = 200;
/** Headers of the request and the answer, at each end, and the actor's set of requests. */
const MAPS = 5;

/** Counts who asks a `Response` for its stream or its headers: that makes them. */
class ResponseSpy implements Disposable {
  readonly asked = { body: 0, headers: 0 };
  readonly #originals = Object.getOwnPropertyDescriptors(Response.prototype);

  constructor() {
    const { asked } = this;
    for (const name of ["body", "headers"] as const) {
      const original: PropertyDescriptor = this.#originals[name];
      Object.defineProperty(Response.prototype, name, {
        ...original,
        get(this: Response) {
          asked[name]++;
          return original.get!.call(this);
        },
      });
    }
  }

  [Symbol.dispose](): void {
    const { body, headers } = this.#originals;
    Object.defineProperties(Response.prototype, { body, headers });
  }
}

/** Counts the maps and sets that are made. */
class MapSpy implements Disposable {
  made = 0;
  readonly #originals = { Map, Set };

  constructor() {
    const made = (): void => void this.made++;
    globalThis.Map = class<K, V> extends Map<K, V> {
      constructor(entries?: Iterable<readonly [K, V]> | null) {
        super(entries);
        made();
      }
    } as MapConstructor;
    globalThis.Set = class<T> extends Set<T> {
      constructor(items?: Iterable<T> | null) {
        super(items);
        made();
      }
    } as SetConstructor;
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#originals);
  }
}

Deno.test("cost: a GET that reads the state is a frame each way, and no timer, commit, stream or Headers", async () => {
  await using embedded = await Embedded.start(actors);
  const { world } = embedded;
  const entry = await world.actor({ name: "counter" });
  assertEquals((await world.request(entry)).status, 200);
  using spy = new ResponseSpy();
  let made = 0;
  const counts = await embedded.count(async () => {
    using maps = new MapSpy();
    for (let i = 0; i < REQUESTS; i++) assertEquals((await world.request(entry)).status, 200);
    made = maps.made;
  });
  assertEquals(counts, {
    toRunner: { requestStart: REQUESTS },
    toGateway: { responseStart: REQUESTS },
    timers: 0,
    stored: {},
    batches: 0,
  });
  assertEquals(spy.asked, { body: 0, headers: 0 });
  assertEquals(made / REQUESTS, MAPS);
});

Deno.test("cost: only a client that waits for a while is watched, and all have one timer", async () => {
  const world = await GatewayWorld.start();
  const runner = await world.runner({ script: { request: silent } });
  const entry = await world.actor();
  entry.wake("person");
  await world.settle();
  const before = world.host.timers;
  const departures = new Departures(world.host);
  let looks = 0;
  const client = new AbortController();
  const request = {
    get signal() {
      looks++;
      return client.signal;
    },
  } as Request;
  const sent: ProxiedRequest[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    const proxied = world.gateway.send(
      entry,
      { method: "GET", path: "/", headers: new Map() },
      null,
    );
    departures.watch(request, proxied);
    sent.push(proxied);
  }
  assertEquals(world.host.timers, before + 1);
  await world.settle();
  const [waits, ...answered] = runner.tunnel("requestStart");
  for (const { messageId } of answered) runner.respond(messageId.requestId, "ok");
  await world.settle();
  // It has left before anybody looked.
  client.abort();
  await world.host.advance(100);
  assertEquals(looks, 1);
  assertEquals(waits!.messageId.requestId, sent[0]!.requestId);
  assertEquals((await sent[0]!.response).status, 499);
  assertEquals(runner.tunnel("requestAbort").length, 1);
  await world.end();
});
