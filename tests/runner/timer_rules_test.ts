import { assert, assertEquals } from "@std/assert";
import { RUNNER_DEFAULTS } from "../../lib/runner/mod.ts";
import { createRunner } from "../../lib/runner/mod.ts";
import type { RunnerOptions } from "../../lib/runner/options.ts";
import { RUNNER_TIMER_RULES, THRESHOLD_RULES } from "../../lib/runner/timer_rules.ts";
import { inequality } from "../../lib/rule/rule.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { FakeGateway } from "../support/fake_gateway.ts";
import { LogObserver } from "../support/log_observer.ts";
import { edgeOf, isSaid, optionsOf } from "../support/rule_edge.ts";

const DEFAULTS = RUNNER_DEFAULTS as RunnerOptions & Readonly<Record<string, number>>;

interface Told {
  readonly runnerLostThresholdMs?: number;
  readonly actorStopThresholdMs?: number;
}

/** A runner that a gateway with these thresholds takes in, so many times. */
async function welcomed(
  options: Partial<RunnerOptions>,
  told: Told,
  { version = 7, times = 1 }: { version?: 5 | 7; times?: number } = {},
): Promise<string[]> {
  const host = new VirtualHost();
  const gateway = new FakeGateway(host, version);
  Object.assign(gateway, told);
  const log = new LogObserver();
  const runner = createRunner({
    connect: gateway.connect,
    definitions: {},
    host,
    name: "test",
    totalSlots: 1,
    observer: log,
    options: { retryMs: 100, ...options },
    protocolVersion: version,
  });
  runner.start();
  await host.settle();
  for (let i = 1; i < times; i++) {
    gateway.cut();
    await host.advance(1_000);
  }
  assert(gateway.isConnected, "a contradiction does not keep it from running");
  assertEquals(log.of("registered").length, times);
  return log.of("contradiction");
}

for (const rule of RUNNER_TIMER_RULES) {
  const title = inequality(rule, (path) => path);
  Deno.test(`createRunner() lets the edge of ${title} through, and nothing beyond`, () => {
    const refusals = (options: Partial<RunnerOptions>): string[] => {
      const host = new VirtualHost();
      const { connect } = new FakeGateway(host);
      try {
        createRunner({ connect, definitions: {}, host, name: "test", totalSlots: 1, options });
        return [];
      } catch (error) {
        assert(error instanceof RangeError);
        return error.message.split("\n");
      }
    };
    const { kept, broken } = edgeOf(rule, (path) => DEFAULTS[path.split(".")[1]!]!);
    // Other rules may be broken by the same values, and say so themselves.
    const said = refusals(optionsOf("runner", kept));
    assertEquals(said.filter((line) => isSaid(line, rule, kept)), []);
    const lines = refusals(optionsOf("runner", broken));
    assertEquals(lines.filter((line) => isSaid(line, rule, broken)).length, 1, `${lines}`);
  });
}

for (const rule of THRESHOLD_RULES) {
  const title = inequality(rule, (path) => path);
  Deno.test(`init: a runner tells of what is beyond ${title}, and runs`, async () => {
    const { kept, broken } = edgeOf(rule, (path) => DEFAULTS[path.split(".")[1]!]!);
    const told = async (settings: typeof kept): Promise<string[]> => {
      const lines = await welcomed(
        { retryMaxMs: 1_000_000, ...optionsOf("runner", settings) },
        optionsOf("gateway", settings),
      );
      return lines.filter((line) => isSaid(line, rule, settings));
    };
    assertEquals(await told(kept), []);
    assertEquals((await told(broken)).length, 1);
  });
}

Deno.test("init: a runner with the defaults has nothing to say against the gateway's", async () => {
  assertEquals(await welcomed({}, {}), []);
  // Nor against the reference's.
  assertEquals(await welcomed({}, { runnerLostThresholdMs: 15_000 }), []);
});

Deno.test("init: a contradiction is told once, not at each reconnect", async () => {
  assertEquals(await welcomed({ departedMs: 2_999 }, {}, { times: 3 }), [
    "contradiction gateway.runnerLostThresholdMs is 3000, wanted: " +
    "gateway.runnerLostThresholdMs ≤ runner.departedMs (2999), " +
    "because a gateway that comes back may still speak to an actor that left during the cut",
  ]);
});

Deno.test("init: before v6 the runner's own stop threshold stands for the gateway's", async () => {
  const [line, ...more] = await welcomed(
    { actorStopThresholdMs: 10_000 },
    { actorStopThresholdMs: 30_000 },
    { version: 5 },
  );
  assertEquals(more, []);
  assertEquals(
    line?.startsWith(
      "contradiction runner.kvTimeoutMs is 15000, wanted: runner.kvTimeoutMs ≤ " +
        "runner.stopShare (0.8) × runner.actorStopThresholdMs (10000), because",
    ),
    true,
    line,
  );
});
