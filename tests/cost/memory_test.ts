import { assertEquals } from "@std/assert";
import v8 from "node:v8";
import { actors } from "../../actors/mod.ts";
import { Embedded } from "./embedded.ts";

const SLEEPERS = 100;
const MINUTE = 60_000;

/** Living objects by their class, and closures: making a snapshot collects all others first. */
async function living(): Promise<Map<string, number>> {
  const path = await Deno.makeTempFile({ suffix: ".heapsnapshot" });
  try {
    v8.writeHeapSnapshot(path);
    const { nodes, strings, snapshot: { meta } } = JSON.parse(await Deno.readTextFile(path));
    const fields: string[] = meta.node_fields;
    const [type, name] = [fields.indexOf("type"), fields.indexOf("name")];
    const counts = new Map<string, number>();
    for (let node = 0; node < nodes.length; node += fields.length) {
      const kind = meta.node_types[type][nodes[node + type]];
      if (kind !== "object" && kind !== "closure") continue;
      const key = kind === "closure" ? kind : strings[nodes[node + name]];
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  } finally {
    await Deno.remove(path);
  }
}

/** Actors that have talked with their one client, and sleep. */
async function addSleepers(embedded: Embedded): Promise<void> {
  for (let i = 0; i < SLEEPERS; i++) {
    await embedded.talk(await embedded.open("echo", 1), 1, "hello");
  }
  await embedded.world.host.advance(2 * MINUTE);
}

Deno.test("cost: a sleeping actor with its socket keeps no closure, no timer and no window of what it said", async () => {
  await using embedded = await Embedded.start(actors);
  await addSleepers(embedded);
  // The first one loads what a snapshot needs.
  await living();
  const before = await living();
  await addSleepers(embedded);
  const after = await living();
  // A few come and go by themselves.
  const each = (key: string): number =>
    Math.round(Math.abs((after.get(key) ?? 0) - (before.get(key) ?? 0)) / SLEEPERS);
  const kept = ["ActorEntry", "ClientSocket", "SendWindow", "ActorLine", "Set"];
  const gone = ["ActorInstance", "TunnelSocket", "TakeWindow", "ProxiedRequest", "closure"];
  assertEquals(kept.map((key) => [key, each(key)]), kept.map((key) => [key, 1]));
  assertEquals(gone.map((key) => [key, each(key)]), gone.map((key) => [key, 0]));
});
