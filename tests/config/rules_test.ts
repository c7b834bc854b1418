import { assert, assertEquals, assertThrows } from "@std/assert";
import { ConfigError, loadConfig } from "@/lib/config/mod.ts";
import { ALL_VARIABLES } from "@/lib/config/load_config.ts";
import { GATEWAY_VARIABLES } from "@/lib/config/gateway_variables.ts";
import { optionAt, type OptionPath, type RoomOptions } from "@/lib/config/rule.ts";
import { RUNNER_VARIABLES } from "@/lib/config/runner_variables.ts";
import { SIZE_RULES } from "@/lib/config/size_rules.ts";
import { STORE_VARIABLES } from "@/lib/config/store_variables.ts";
import { TIMER_RULES } from "@/lib/config/timer_rules.ts";
import { GATEWAY_DEFAULTS } from "@/lib/gateway/options.ts";
import { GATEWAY_TIMER_RULES } from "@/lib/gateway/timer_rules.ts";
import { contradictions, inequality, keepsRule, optionOf } from "@/lib/rule/rule.ts";
import { RUNNER_DEFAULTS } from "@/lib/runner/options.ts";
import { RUNNER_TIMER_RULES, THRESHOLD_RULES } from "@/lib/runner/timer_rules.ts";
import { STORE_DEFAULTS } from "@/lib/store/mod.ts";
import { edgeOf, isSaid, type Setting } from "../support/rule_edge.ts";

const DEFAULTS: RoomOptions = {
  gateway: GATEWAY_DEFAULTS,
  runner: RUNNER_DEFAULTS,
  store: STORE_DEFAULTS,
};
const RULES = [...TIMER_RULES, ...SIZE_RULES];
const VARIABLES = {
  gateway: GATEWAY_VARIABLES,
  runner: RUNNER_VARIABLES,
  store: STORE_VARIABLES,
};

function variableOf(path: OptionPath): string {
  const [room, option] = path.split(".") as [keyof RoomOptions, string];
  return VARIABLES[room].find((variable) => variable.option === option)!.name;
}

function environment(settings: readonly Setting<OptionPath>[]): Record<string, string> {
  return Object.fromEntries(settings.map(([path, value]) => [variableOf(path), `${value}`]));
}

/** The lines of the refusal: other rules may be broken by the same values, and say so themselves. */
function refusals(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    assert(error instanceof ConfigError);
    return error.message.split("\n");
  }
}

for (const rule of RULES) {
  const title = inequality(rule, (path) => path);
  Deno.test(`rules: the defaults keep ${title}`, () => {
    assert(keepsRule(rule, (path) => optionAt(DEFAULTS, path)));
  });

  Deno.test(`rules: at the edge of ${title} a start is let through, one beyond it is refused`, () => {
    const { kept, broken } = edgeOf(rule, (path) => optionAt(DEFAULTS, path));
    const said = (settings: typeof kept): string[] => {
      const named = settings.map(([path, value]) => [variableOf(path), value] as const);
      return refusals(environment(settings)).filter((line) => isSaid(line, rule, named));
    };
    assertEquals(said(kept), []);
    assertEquals(said(broken).length, 1);
  });
}

Deno.test("rules: every rule of a room is one of the configuration", () => {
  for (const rule of [...GATEWAY_TIMER_RULES, ...RUNNER_TIMER_RULES, ...THRESHOLD_RULES]) {
    assert(TIMER_RULES.includes(rule), inequality(rule, (path) => path));
  }
});

/** Times that no other must agree with, and why. */
const FREE: Readonly<Record<string, string>> = {
  "gateway.initTimeoutMs": "a runner says its init at once, whatever else it waits for",
  "gateway.hibernationKeepAliveMs": "nothing is given up for want of it",
  "gateway.lingerMs": "the request is over",
  "gateway.linkPollMs": "a look, which ends nothing",
  "gateway.actorAckDelayMs": "what waits for it is kept, and lost by nobody",
  "gateway.restartBackoffResetMs": "how long an actor ran, not how long anyone waits",
  "runner.connectTimeoutMs": "an attempt that hangs is as lost as one that is refused",
  "runner.initTimeoutMs": "likewise",
  "runner.retryResetMs": "how long a tunnel lived, not how long anyone waits",
  "runner.sleepAfterMs": "an actor that sleeps early is woken again",
  "runner.linkPollMs": "a look, which ends nothing",
  "runner.attachGraceMs": "what waits for it goes out before its actor leaves",
  "store.recordDelayMs": "nobody waits for it, and who reads sees what waits",
  "store.lockWaitMs": "nothing runs yet",
};

Deno.test("rules: every time option is in a rule, or it is said why it is free", () => {
  const bound = new Set(RULES.flatMap(({ smaller, larger }) => [smaller, larger]).map(optionOf));
  const times = Object.entries(VARIABLES).flatMap(([room, variables]) =>
    variables.filter(({ option }) => option.endsWith("Ms")).map(({ option }) => `${room}.${option}`)
  );
  assert(times.length > 30);
  const unspoken = times.filter((path) => !bound.has(path as OptionPath) && !(path in FREE));
  assertEquals(unspoken, []);
  for (const path of Object.keys(FREE)) {
    assert(times.includes(path) && !bound.has(path as OptionPath), path);
  }
  assert(ALL_VARIABLES.length > times.length);
});

Deno.test("contradictions() names the option, its value, the other's value and the reason", () => {
  const values = { a: 5, b: 9, share: 0.5 };
  const rule = { smaller: [2, "a"], larger: ["share", "b"], orEqual: false, why: "so" } as const;
  assertEquals(contradictions([rule], (path) => values[path]), [
    { name: "a", given: 5, wanted: "2 × a < share (0.5) × b (9), because so" },
  ]);
});

Deno.test("loadConfig() refuses a contradiction in the names of the variables", () => {
  const env = { DORMOUSE_RUNNER_KV_TIMEOUT_MS: "15001" };
  const { problems } = assertThrows(() => loadConfig(env), ConfigError);
  assertEquals(problems[0], {
    variable: "DORMOUSE_RUNNER_KV_TIMEOUT_MS",
    given: "15001",
    wanted: "2 × DORMOUSE_RUNNER_KV_TIMEOUT_MS ≤ DORMOUSE_GATEWAY_ACK_TIMEOUT_MS (30000), " +
      "because an ack waits for its commit, and the runner must learn that a commit hangs before " +
      "its sockets are given up",
  });
});
