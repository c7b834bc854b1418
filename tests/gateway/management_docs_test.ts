import { assert, assertEquals } from "@std/assert";
import { actorId } from "../../lib/protocol/mod.ts";
import { Management } from "../support/management.ts";

const DOCUMENT = new URL("../../docs/management-api.md", import.meta.url);
const EXAMPLE = /```sh\n([^`]+)```\n\n```json\n([^`]+(?:`[^`]+`[^`]+)*?)```/g;
const CALL = /^api (\S+) "([^"]+)"(?: --json '([^']+)')?\n$/;

/** Ids and times differ from run to run: only their shape is compared. */
function shape(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, part) => {
    if (typeof part === "string" && /^[0-9a-z]{30}$/.test(part)) return "an id";
    return typeof part === "number" && part > 1e12 ? "a time" : part;
  });
}

Deno.test("docs/management-api.md: every example answers as it says", async () => {
  const api = await Management.start({ version: "0.1.0" });
  await api.runner({ actorNames: ["counter", "chat"] });
  const examples = [...(await Deno.readTextFile(DOCUMENT)).matchAll(EXAMPLE)];
  const routes = new Set<string>();
  let actor = "";
  for (const [, command, expected] of examples) {
    const call = CALL.exec(command!);
    assert(call !== null, `No call can be read from ${command}`);
    const [, method, path, body] = call;
    if (path!.includes("/kv/")) {
      const [key, value] = ["hello", "world"].map((text) => new TextEncoder().encode(text));
      await api.gateway.store.kv.put(actorId(actor), [key!], [value!], api.host.epoch());
    }
    const { json } = await api.call(method!, path!.replace("$ACTOR", actor), body);
    assertEquals([command, shape(json)], [command, shape(JSON.parse(expected!))]);
    actor = json.actor?.actor_id ?? actor;
    routes.add(`${method} ${path!.split("?")[0]}`);
  }
  const there = (await api.call("GET", "/")).json.metadata.routes;
  assertEquals(routes.size, there.length, "each route has an example");
  await api.end();
});
