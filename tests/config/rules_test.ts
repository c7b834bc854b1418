import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError, loadConfig } from "@/lib/config/mod.ts";
import { keepsRule, optionAt, type RoomOptions } from "@/lib/config/rule.ts";
import { SIZE_RULES } from "@/lib/config/size_rules.ts";
import { TIMER_RULES } from "@/lib/config/timer_rules.ts";
import { GATEWAY_DEFAULTS } from "@/lib/gateway/options.ts";
import { RUNNER_DEFAULTS } from "@/lib/runner/options.ts";
import { STORE_DEFAULTS } from "@/lib/store/mod.ts";

const DEFAULTS: RoomOptions = {
  gateway: GATEWAY_DEFAULTS,
  runner: RUNNER_DEFAULTS,
  store: STORE_DEFAULTS,
};

for (const rule of [...TIMER_RULES, ...SIZE_RULES]) {
  const { smaller, larger, times = 1, orEqual } = rule;
  const title = `${times} × ${smaller} ${orEqual ? "≤" : "<"} ${larger}`;
  /** The defaults with the rule's larger value just so many above what the smaller one needs. */
  const withMargin = (margin: number): RoomOptions => {
    const [room, option] = larger.split(".") as [keyof RoomOptions, string];
    const value = optionAt(DEFAULTS, smaller) * times + margin;
    return { ...DEFAULTS, [room]: { ...DEFAULTS[room], [option]: value } };
  };

  Deno.test(`keepsRule() lets the defaults keep ${title}`, () => {
    assert(keepsRule(rule, DEFAULTS));
  });

  Deno.test(`keepsRule() draws the line of ${title}`, () => {
    assertEquals(keepsRule(rule, withMargin(-1)), false);
    assertEquals(keepsRule(rule, withMargin(0)), orEqual);
    assertEquals(keepsRule(rule, withMargin(1)), true);
  });
}

Deno.test("loadConfig() refuses a contradiction with both variables, both values and the reason", () => {
  const env = {
    DORMOUSE_RUNNER_KV_TIMEOUT_MS: "20000",
    DORMOUSE_GATEWAY_ACK_TIMEOUT_MS: "39999",
  };
  const { message, problems } = assertThrows(() => loadConfig(env), ConfigError);
  assertEquals(problems.length, 1);
  for (const part of [...Object.entries(env).flat(), "1/2", "an ack waits"]) {
    assertStringIncludes(message, part);
  }
  loadConfig({ ...env, DORMOUSE_GATEWAY_ACK_TIMEOUT_MS: "40000" });
});
