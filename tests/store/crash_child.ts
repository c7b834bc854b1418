/**
 * Increments a counter of its own in the store of the directory given, for each of ten writers, and
 * reports each durable one as a line `writer count`. Runs until it is killed.
 */
import { systemHost } from "@/lib/host/system_host.ts";
import { actorId } from "@/lib/protocol/ids.ts";
import { openStore } from "@/lib/store/mod.ts";
import { bytes } from "./records.ts";

const store = await openStore({ directory: Deno.args[0]!, host: systemHost });

async function write(writer: number): Promise<never> {
  const actor = actorId(`actor-${writer}`);
  for (let count = 1;; count++) {
    // Two keys in one put: both or none.
    const value = bytes(String(count));
    await store.kv.put(actor, [bytes("state"), bytes("index")], [value, value], count);
    await Deno.stdout.write(bytes(`${writer} ${count}\n`));
  }
}

await Promise.all(Array.from({ length: 10 }, (_, writer) => write(writer)));
