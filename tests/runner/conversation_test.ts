import { assertEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { runnerWorld } from "../support/fake_gateway.ts";

Deno.test("a runner starts an actor, opens a socket, handles, commits, acks and stops", async () => {
  const { host, gateway } = await runnerWorld(actors);
  await gateway.start("a1", { name: "counter" });
  assertEquals(gateway.eventNames("a1"), ["running"]);
  assertEquals(gateway.commandAcks(), [{ actor: "a1", generation: 1, index: 0n }]);

  const client = await gateway.open("a1", "/");
  assertEquals(client.received, [{ kind: "webSocketOpen", canHibernate: true }]);

  client.send("inc");
  client.send("inc");
  await host.settle();
  assertEquals(client.texts(), ['{"count":1}', '{"count":2}']);
  assertEquals(client.acks(), [2]);

  await gateway.stop("a1");
  assertEquals(gateway.eventNames("a1"), ["running", "stopped ok"]);
  assertEquals(client.isClosed, false);

  await gateway.start("a1", { name: "counter", hibernating: gateway.hibernating("a1") });
  client.send("inc");
  await host.settle();
  assertEquals(client.texts(), ['{"count":1}', '{"count":2}', '{"count":3}']);
  assertEquals(client.acks(), [2, 3]);
  assertEquals(client.kinds().filter((kind) => kind === "webSocketOpen").length, 1);
});
