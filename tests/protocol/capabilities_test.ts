import { assertEquals } from "@std/assert";
import { capabilities } from "@/lib/protocol/mod.ts";

Deno.test("capabilities() are those of wire.md's table of changes", () => {
  assertEquals(capabilities(2), {
    messageAck: true,
    hibernation: true,
    hibernatingRequests: false,
    tunnelAck: true,
    lastMessageIndex: true,
    gatewayPings: false,
    numbering: "running",
    closeMessage: true,
    stopThresholds: false,
    deleteRange: false,
  });
  assertEquals(capabilities(7), {
    messageAck: true,
    hibernation: true,
    hibernatingRequests: true,
    tunnelAck: false,
    lastMessageIndex: false,
    gatewayPings: true,
    numbering: "generation",
    closeMessage: false,
    stopThresholds: true,
    deleteRange: true,
  });
});
