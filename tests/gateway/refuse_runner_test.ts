import { assertEquals } from "@std/assert";
import { refuseRunner } from "../../lib/gateway/refuse_runner.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { TUNNEL_CLOSE } from "../../lib/protocol/mod.ts";
import { type LinkEnd, memoryLinkPair } from "../../lib/transport/mod.ts";

/** A runner's end of a link that the gateway refuses. */
function refused() {
  const host = new VirtualHost();
  const [gatewayEnd, runner] = memoryLinkPair(host);
  const ends: LinkEnd[] = [];
  runner.start({ onFrame: () => {}, onClose: (end) => ends.push(end) });
  refuseRunner(host, gatewayEnd, TUNNEL_CLOSE.forbidden);
  return { host, runner, ends };
}

Deno.test("refuseRunner() closes when the first frame is read", async () => {
  const { host, runner, ends } = refused();
  await host.settle();
  assertEquals(ends, []);
  runner.send(Uint8Array.of(1));
  runner.send(Uint8Array.of(2));
  await host.settle();
  assertEquals([ends, host.timers], [[TUNNEL_CLOSE.forbidden], 0]);
});

Deno.test("refuseRunner() closes a runner that says nothing after 100 ms", async () => {
  const { host, ends } = refused();
  await host.advance(99);
  assertEquals(ends, []);
  await host.advance(1);
  assertEquals([ends, host.timers], [[TUNNEL_CLOSE.forbidden], 0]);
});

Deno.test("refuseRunner() leaves nothing behind of a runner that goes by itself", async () => {
  const { host, runner, ends } = refused();
  runner.close(1000, "bye");
  await host.settle();
  assertEquals([ends.length, host.timers], [1, 0]);
});
