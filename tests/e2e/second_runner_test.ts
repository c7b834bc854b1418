import { assert, assertEquals } from "@std/assert";
import type { Snapshot } from "../../lib/inspect/mod.ts";
import { Client } from "../support/client.ts";
import { startRunner, System, until } from "../support/system.ts";

Deno.test("a second runner process takes actors, and when it is killed they go on on the first", async () => {
  await using first = await System.start();
  const second = await joining(first);
  const runners = async (): Promise<Snapshot["runners"]> => (await first.snapshot()).runners;
  await until("the second runner has joined", async () => (await runners()).length === 2);

  const clients = await Promise.all(
    Array.from({ length: 6 }, (_, i) => Client.open(first.actorUrl("counter", `shared-${i}`))),
  );
  for (const client of clients) assertEquals(await client.ask("inc"), `{"count":1}`);
  const joined = (await runners()).find(({ transport }) => transport === "websocket");
  assert(joined !== undefined && joined.actors > 0, "The second runner was given no actor");

  await second.kill();
  for (const client of clients) {
    assertEquals(await client.ask("inc"), `{"count":2}`);
    assert(client.isOpen);
  }
  await until("the killed runner is given up", async () => (await runners()).length === 1);
  await Promise.all(clients.map((client) => client.close()));
});

Deno.test("a second runner that is asked to end hands its actors over before it exits 0", async () => {
  await using first = await System.start();
  const second = await joining(first);
  const clients = await Promise.all(
    Array.from({ length: 4 }, (_, i) => Client.open(first.actorUrl("counter", `moved-${i}`))),
  );
  for (const client of clients) assertEquals(await client.ask("inc"), `{"count":1}`);
  second.signal("SIGTERM");
  assertEquals((await second.exit()).code, 0, second.output);
  for (const client of clients) assertEquals(await client.ask("inc"), `{"count":2}`);
  await Promise.all(clients.map((client) => client.close()));
  await until(
    "the gateway has heard the runner's close",
    () => /\[info\] .* closed its tunnel: 1000 pegboard\.runner_shutdown/.test(first.output),
  );
});

/** A runner process of its own that joins the gateway of another over a WebSocket. */
function joining({ gatewayUrl, token }: System): Promise<System> {
  return startRunner({ url: gatewayUrl, token });
}
