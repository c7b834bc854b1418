import { assert, assertEquals, assertThrows } from "@std/assert";
import { Gateway } from "../../lib/gateway/gateway.ts";
import { GATEWAY_DEFAULTS, type GatewayOptions } from "../../lib/gateway/options.ts";
import { GATEWAY_TIMER_RULES } from "../../lib/gateway/timer_rules.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { inequality } from "../../lib/rule/rule.ts";
import { openMemoryStore } from "../../lib/store/mod.ts";
import { edgeOf, isSaid, optionsOf } from "../support/rule_edge.ts";

const DEFAULTS = GATEWAY_DEFAULTS as GatewayOptions & Readonly<Record<string, number>>;

/** What a gateway with these options says against itself. */
function refusals(options: Partial<GatewayOptions>): string[] {
  const host = new VirtualHost();
  try {
    void new Gateway({ host, store: openMemoryStore({ host }), options });
    return [];
  } catch (error) {
    assert(error instanceof RangeError);
    return error.message.split("\n");
  }
}

for (const rule of GATEWAY_TIMER_RULES) {
  Deno.test(`new Gateway() lets the edge of ${inequality(rule, (path) => path)} through, and nothing beyond`, () => {
    const { kept, broken } = edgeOf(rule, (path) => DEFAULTS[path.split(".")[1]!]!);
    const said = refusals(optionsOf("gateway", kept));
    assertEquals(said.filter((line) => line.endsWith(rule.why)), []);
    const lines = refusals(optionsOf("gateway", broken));
    assertEquals(lines.filter((line) => isSaid(line, rule, broken)).length, 1, `${lines}`);
  });
}

Deno.test("new Gateway() says both values and the reason", () => {
  assertThrows(
    () => {
      const host = new VirtualHost();
      return new Gateway({
        host,
        store: openMemoryStore({ host }),
        options: { resendTimeoutMs: 3_000 },
      });
    },
    RangeError,
    "gateway.runnerLostThresholdMs is 3000, wanted: gateway.runnerLostThresholdMs < " +
      "gateway.resendTimeoutMs (3000), because a request goes to another runner only when",
  );
});
