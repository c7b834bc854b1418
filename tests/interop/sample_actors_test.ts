/**
 * `deno task start` with `RIVET_ENDPOINT`: the sample actors on a real engine, in each version whose
 * sockets can hibernate. (In v1 a client that comes when its actor is about to sleep is closed.)
 */
import { assert, assertEquals } from "@std/assert";
import { capabilities, type ProtocolVersion, SUPPORTED_VERSIONS } from "../../lib/protocol/mod.ts";

import { Client } from "../support/client.ts";
import { System } from "../support/system.ts";
import { engineBinary, RivetEngine } from "./engine.ts";
import { eventually } from "./gateway_side.ts";

const binary = await engineBinary();
if ("missing" in binary) console.log(`Skipped: ${binary.missing}`);

Deno.test({
  name: "sample actors run on a Rivet Engine, whatever version the runner speaks",
  ignore: "missing" in binary,
  async fn(test) {
    await using engine = await RivetEngine.start();
    for (const version of SUPPORTED_VERSIONS) {
      if (!capabilities(version).hibernation) continue;
      await test.step(`version ${version}`, () => playTwiceAtMost(engine, version));
    }
  },
});

/** An engine that hangs is no fault of ours: a fresh one has the last word. */
async function playTwiceAtMost(engine: RivetEngine, version: ProtocolVersion): Promise<void> {
  try {
    await playAll(engine, version);
  } catch (error) {
    console.error(`Played once more, version ${version}: ${error}`);
    await using fresh = await RivetEngine.start();
    await playAll(fresh, version);
  }
}

/** Calls to an engine that is too busy hang: better a failure with a name. */
async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Not done within ${ms} ms: ${what}`)), ms);
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function playAll(engine: RivetEngine, version: ProtocolVersion): Promise<void> {
  const pool = `v${version}`;
  await using system = await System.start({
    env: {
      RIVET_ENDPOINT: engine.url,
      RIVET_TOKEN: engine.token,
      RIVET_NAMESPACE: "default",
      RIVET_RUNNER: pool,
      DORMOUSE_PROTOCOL_VERSION: String(version),
    },
  });
  const stage: Stage = { engine, system, pool };
  const plays = [playCounter, playClock, playEcho, playChat];
  await Promise.all(plays.map((play) => within(40_000, play.name, play(stage))));
  const { tunnel } = await system.snapshot();
  assertEquals([tunnel.state, tunnel.protocolVersion], ["connected", version]);
}

interface Stage {
  readonly engine: RivetEngine;
  readonly system: System;
  readonly pool: string;
}

async function playCounter(stage: Stage): Promise<void> {
  const id = await create(stage, "counter");
  const client = await open(stage, id);
  assertEquals(await client.ask("inc"), `{"count":1}`);
  assertEquals(await client.ask("inc"), `{"count":2}`);
  for (let sleeps = 1; sleeps <= 2; sleeps++) {
    // The click of the dashboard: the runner asks the engine to let its actor sleep.
    await stage.system.act(`/api/actors/${id}/hibernate`);
    const { actors } = await stage.system.snapshot();
    assert(!actors.some(({ actorId, phase }) => actorId === id && phase === "running"));
    assert(client.isOpen);
    assertEquals(await client.ask("inc"), `{"count":${2 + sleeps}}`);
  }
  const response = await fetch(`${stage.engine.url}/gateway/${id}/`);
  assertEquals(await response.json(), { count: 4 });
  await client.close();
}

/**
 * It sleeps between its ticks: each is the first word of a new life. An engine that is slow to
 * attach the socket drops one now and then, whatever we do: at most once, but never out of order.
 */
async function playClock(stage: Stage): Promise<void> {
  const client = await open(stage, await create(stage, "clock"));
  const ticks: number[] = [];
  while (ticks.length < 3) ticks.push(JSON.parse(await client.next() as string).tick);
  assertEquals(ticks, ticks.toSorted((a, b) => a - b));
  const { events } = await stage.system.snapshot();
  const sleeps = events.filter((event) => event.kind === "sleep" && event.actorName === "clock");
  assert(sleeps.length > 0);
  await client.close();
}

async function playEcho(stage: Stage): Promise<void> {
  const id = await create(stage, "echo");
  const client = await open(stage, id);
  assertEquals(await client.ask("héllo"), "héllo");
  const large = new Uint8Array(1_000_000).fill(7);
  client.send(large);
  assertEquals(await client.next(), large);
  const url = `${stage.engine.url}/gateway/${id}/`;
  const response = await fetch(url, { method: "POST", body: "body" });
  assertEquals(await response.text(), "body");
  await client.close();
}

async function playChat(stage: Stage): Promise<void> {
  const id = await create(stage, "chat");
  const [ada, bob] = [await open(stage, id), await open(stage, id)];
  ada.send("hi");
  const heard = await Promise.all([ada.next(), bob.next()]);
  assert(heard.every((text) => String(text).includes("hi")), String(heard));
  await Promise.all([ada.close(), bob.close()]);
}

/** The engine needs a moment until it knows a new pool, and may not have taken it in at first. */
function create({ engine, pool }: Stage, name: string): Promise<string> {
  return eventually(`an actor ${name} in ${pool}`, async () => {
    const { json } = await engine.api("POST", "/actors?namespace=default", {
      name,
      key: null,
      runner_name_selector: pool,
      crash_policy: "sleep",
    });
    const { actor } = json as { actor?: { actor_id: string } };
    if (actor !== undefined) return actor.actor_id;
    await engine.api("PUT", `/runner-configs/${pool}?namespace=default`, {
      datacenters: { default: { normal: {} } },
    });
  }, 30_000);
}

function open({ engine }: Stage, id: string): Promise<Client> {
  return Client.open(engine.url.replace("http", "ws"), [
    "rivet",
    "rivet_target.actor",
    `rivet_actor.${id}`,
  ]);
}
