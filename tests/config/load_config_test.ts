import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError, type ConfigProblem, describeConfig, loadConfig } from "@/lib/config/mod.ts";
import { ALL_VARIABLES } from "@/lib/config/load_config.ts";
import { GATEWAY_DEFAULTS } from "@/lib/gateway/options.ts";
import { RUNNER_DEFAULTS } from "@/lib/runner/options.ts";
import { STORE_DEFAULTS } from "@/lib/store/mod.ts";

function problemsOf(env: Record<string, string>): readonly ConfigProblem[] {
  return assertThrows(() => loadConfig(env), ConfigError).problems;
}

Deno.test("loadConfig() of an empty environment has every default", () => {
  const config = loadConfig({ PATH: "/bin", RIVET_LOG_LEVEL: "debug" });
  assertEquals(config.runsGateway && config.runsRunner, true);
  assertEquals(config.ui, { hostname: "127.0.0.1", port: 8_000 });
  assertEquals(config.gateway, {
    hostname: "127.0.0.1",
    port: 6_420,
    options: GATEWAY_DEFAULTS,
  });
  assertEquals(config.store.options, STORE_DEFAULTS);
  assertEquals(config.runner.options, RUNNER_DEFAULTS);
  assertEquals(config.runner.endpoint, null);
  assertEquals(config.adminToken, null);
  assertEquals(config.dataDir, ".dormouse");
  assertEquals(config.log, { level: "info", format: "text" });
});

Deno.test("loadConfig() takes every variable, and an empty one for none", () => {
  const config = loadConfig({
    DORMOUSE_UI_HOST: "::1",
    DORMOUSE_UI_PORT: "0",
    DORMOUSE_GATEWAY_HOST: "0.0.0.0",
    DORMOUSE_GATEWAY_PORT: "65535",
    DORMOUSE_DATA_DIR: "/var/lib/dormouse",
    DORMOUSE_ADMIN_TOKEN: "0123456789abcdef",
    DORMOUSE_ALLOWED_HOSTS: "a.example, b.example:8443,[2001:db8::1]",
    DORMOUSE_ALLOWED_ORIGINS: "https://a.example,http://b.example:3000",
    DORMOUSE_REDACT: "pin, x-door",
    DORMOUSE_PROTOCOL_VERSION: "7",
    DORMOUSE_LOG: "debug",
    DORMOUSE_LOG_FORMAT: "json",
    DORMOUSE_GATEWAY_ACK_TIMEOUT_MS: "60000",
    DORMOUSE_GATEWAY_WEBSOCKET_OPEN_TIMEOUT_MS: "20000",
    DORMOUSE_RUNNER_RETRY_JITTER: "0.5",
    DORMOUSE_STORE_LOCK_WAIT_MS: "2",
    DORMOUSE_RUNNER_KV_TIMEOUT_MS: "",
    RIVET_TOKEN: "t",
    RIVET_NAMESPACE: "prod",
    RIVET_RUNNER: "pool",
    RIVET_TOTAL_SLOTS: "10",
    RIVET_RUNNER_VERSION: "7",
  });
  assertEquals(config.ui, { hostname: "::1", port: 0 });
  assertEquals(config.gateway.port, 65_535);
  assertEquals(config.dataDir, "/var/lib/dormouse");
  assertEquals(config.adminToken, "0123456789abcdef");
  assertEquals(config.allowedHosts, ["a.example", "b.example:8443", "[2001:db8::1]"]);
  assertEquals(config.allowedOrigins, ["https://a.example", "http://b.example:3000"]);
  assertEquals(config.log, { level: "debug", format: "json" });
  assertEquals(config.capture, { payloads: true, redact: ["pin", "x-door"] });
  assertEquals(config.gateway.options.ackTimeoutMs, 60_000);
  assertEquals(config.gateway.options.webSocketOpenTimeoutMs, 20_000);
  assertEquals(config.runner.options.retryJitter, 0.5);
  assertEquals(config.runner.options.kvTimeoutMs, RUNNER_DEFAULTS.kvTimeoutMs);
  assertEquals(config.store.options.lockWaitMs, 2);
  const { token, namespace, name, totalSlots, version, protocolVersion } = config.runner;
  assertEquals([token, namespace, name], ["t", "prod", "pool"]);
  assertEquals([totalSlots, version, protocolVersion], [10, 7, 7]);
});

Deno.test("loadConfig() keeps payloads only where no other machine sees them, unless it is told to", () => {
  const payloads = (env: Record<string, string>): boolean => loadConfig(env).capture.payloads;
  for (const host of ["127.0.0.1", "localhost", "::1"]) {
    assertEquals(payloads({ DORMOUSE_UI_HOST: host }), true, host);
  }
  for (const host of ["0.0.0.0", "::", "example.com"]) {
    const env = { DORMOUSE_UI_HOST: host, DORMOUSE_ADMIN_TOKEN: "0123456789abcdef" };
    assertEquals(payloads(env), false, host);
    assertEquals(payloads({ ...env, DORMOUSE_CAPTURE_PAYLOADS: "always" }), true, host);
  }
  assertEquals(payloads({ DORMOUSE_CAPTURE_PAYLOADS: "never" }), false);
});

for (
  const [name, values] of [
    ["DORMOUSE_CAPTURE_PAYLOADS", ["yes", "true", "1"]],
    ["DORMOUSE_REDACT", ["a,", "a b", "x".repeat(65), "é"]],
    ["DORMOUSE_UI_PORT", ["-1", "65536", "80 ", "0x50", "1e3", "8000.0", "http"]],
    ["DORMOUSE_UI_HOST", ["[::1]", "a b", "http://localhost", "localhost/"]],
    ["DORMOUSE_ROLE", ["both", "ALL"]],
    ["DORMOUSE_PROTOCOL_VERSION", ["0", "8", "99", "1.5", "seven"]],
    ["DORMOUSE_LOG", ["verbose", "INFO"]],
    ["DORMOUSE_ALLOWED_HOSTS", ["http://a.example", "a.example,", "*", "a.example/x"]],
    ["DORMOUSE_ALLOWED_ORIGINS", [
      "a.example",
      "https://a.example/",
      "null",
      "*",
      "ws://a.example",
    ]],
    ["DORMOUSE_GATEWAY_ACK_TIMEOUT_MS", ["0", "2147483648", "30s", "1.5", "99999999999999999999"]],
    ["DORMOUSE_GATEWAY_PENDING_MESSAGES", ["0", "32768"]],
    ["DORMOUSE_GATEWAY_WEBSOCKET_MESSAGE_BYTES", ["33554433"]],
    ["DORMOUSE_RUNNER_LOST_SHARE", ["0", "1.01", "-0.5", ".5", "half"]],
    ["DORMOUSE_RUNNER_SOCKETS_PER_COMMIT", ["0", "119"]],
    ["DORMOUSE_RUNNER_STREAM_WINDOW_BYTES", ["0", "65535"]],
    ["DORMOUSE_GATEWAY_STREAM_WINDOW_BYTES", ["0", "65535"]],
    ["RIVET_ENDPOINT", [
      "localhost:6420",
      "ftp://x",
      "http://user:pass@host",
      "http://h/?a=b",
      "/",
    ]],
    ["RIVET_NAMESPACE", ["a b", "a/b", "x".repeat(65)]],
    ["RIVET_TOTAL_SLOTS", ["0", "4294967296"]],
  ] as const
) {
  for (const value of values) {
    Deno.test(`loadConfig() refuses ${name}=${JSON.stringify(value).slice(0, 40)}`, () => {
      const [problem, ...more] = problemsOf({ [name]: value });
      assertEquals(more, []);
      assertEquals(problem!.variable, name);
      assertEquals(problem!.given, JSON.stringify(value));
      assert(problem!.wanted.length > 5);
    });
  }
}

for (
  const [name, values] of [
    ["DORMOUSE_GATEWAY_PENDING_MESSAGES", ["1", "32767"]],
    ["DORMOUSE_GATEWAY_WEBSOCKET_MESSAGE_BYTES", ["1", "33554432"]],
    ["DORMOUSE_GATEWAY_FIRST_MESSAGE_INDEX", ["0", "65535"]],
    ["DORMOUSE_GATEWAY_RESPONSE_START_TIMEOUT_MS", ["15001", "2147483647"]],
    ["DORMOUSE_RUNNER_SOCKETS_PER_COMMIT", ["1", "118"]],
    ["DORMOUSE_RUNNER_LOST_SHARE", ["0.1", "1"]],
    ["DORMOUSE_ADMIN_TOKEN", ["a".repeat(16)]],
  ] as const
) {
  for (const value of values) {
    Deno.test(`loadConfig() takes ${name}=${value}`, () => void loadConfig({ [name]: value }));
  }
}

Deno.test("loadConfig() tells of all problems at once", () => {
  const env = {
    DORMOUSE_UI_PORT: "http",
    DORMOUSE_LOG: "loud",
    DORMOUSE_UI_PROT: "8000",
    DORMOUSE_GATEWAY_PING_INTERVAL_MS: "20000",
  };
  const { message } = assertThrows(() => loadConfig(env), ConfigError);
  for (const part of [...Object.keys(env), '"http"', '"loud"', "20000", "15000"]) {
    assertStringIncludes(message, part);
  }
});

for (
  const [wrong, right] of [
    ["DORMOUSE_UI_PROT", "DORMOUSE_UI_PORT"],
    ["DORMOUSE_DATADIR", "DORMOUSE_DATA_DIR"],
    ["DORMOUSE_GATEWAY_ACK_TIMEOUT", "DORMOUSE_GATEWAY_ACK_TIMEOUT_MS"],
    ["DORMOUSE_LOGS", "DORMOUSE_LOG"],
  ] as const
) {
  Deno.test(`loadConfig() refuses ${wrong} and suggests ${right}`, () => {
    const [problem] = problemsOf({ [wrong]: "secret-value" });
    assertEquals(problem!.variable, wrong);
    assertEquals(problem!.wanted, `perhaps ${right}`);
    assert(!JSON.stringify(problem).includes("secret-value"));
  });
}

Deno.test("loadConfig() shows no secret, neither wrong nor right", () => {
  for (const [name, value] of [["DORMOUSE_ADMIN_TOKEN", "tooshort"], ["RIVET_TOKEN", "a b c"]]) {
    const { message } = assertThrows(() => loadConfig({ [name!]: value! }), ConfigError);
    assertStringIncludes(message, name!);
    assert(!message.includes(value!), message);
  }
  const config = loadConfig({
    DORMOUSE_ADMIN_TOKEN: "sesame-sesame-sesame",
    RIVET_TOKEN: "sesame",
  });
  const described = describeConfig(config, "all").join("\n");
  assert(!described.includes("sesame"));
  assertStringIncludes(described, "DORMOUSE_ADMIN_TOKEN=[redacted]");
});

Deno.test("describeConfig() names every variable, or those that were set", () => {
  const config = loadConfig({ DORMOUSE_UI_PORT: "9000" });
  assertEquals(describeConfig(config, "set"), ["DORMOUSE_UI_PORT=9000"]);
  const all = describeConfig(config, "all");
  assertEquals(all.length, ALL_VARIABLES.length);
  assert(all.includes("DORMOUSE_GATEWAY_PORT=6420 (default)"));
});

for (
  const [host, port, url] of [
    ["127.0.0.1", "6420", "http://127.0.0.1:6420"],
    ["0.0.0.0", "7000", "http://127.0.0.1:7000"],
    ["::", "7000", "http://[::1]:7000"],
    ["gateway.example", "7000", "http://gateway.example:7000"],
  ] as const
) {
  Deno.test(`loadConfig() sends a lone runner to the gateway at ${host}:${port}`, () => {
    const config = loadConfig({
      DORMOUSE_ROLE: "runner",
      DORMOUSE_GATEWAY_HOST: host,
      DORMOUSE_GATEWAY_PORT: port,
    });
    assertEquals(config.runner.endpoint, url);
    assertEquals([config.runsGateway, config.runsRunner], [false, true]);
  });
}

Deno.test("loadConfig() takes an address for browsers, beside the runner's", () => {
  const endpoint = { RIVET_ENDPOINT: "http://engine:6420" };
  assertEquals(loadConfig(endpoint).gatewayUrl, null);
  const given = { ...endpoint, DORMOUSE_GATEWAY_URL: "https://engine.example/" };
  assertEquals(loadConfig(given).gatewayUrl, "https://engine.example");
});

Deno.test("loadConfig() puts an endpoint in the embedded gateway's place", () => {
  const config = loadConfig({ RIVET_ENDPOINT: "http://engine.example:6420/" });
  assertEquals(config.runner.endpoint, "http://engine.example:6420");
  assertEquals([config.runsGateway, config.runsRunner], [false, true]);
});

Deno.test("loadConfig() runs no runner in the role of a gateway", () => {
  const config = loadConfig({ DORMOUSE_ROLE: "gateway" });
  assertEquals([config.runsGateway, config.runsRunner], [true, false]);
});

Deno.test("loadConfig() refuses roles that contradict their addresses", () => {
  const [gateway] = problemsOf({ DORMOUSE_ROLE: "gateway", RIVET_ENDPOINT: "http://x" });
  assertEquals(gateway!.variable, "DORMOUSE_ROLE");
  const [runner] = problemsOf({ DORMOUSE_ROLE: "runner", DORMOUSE_GATEWAY_PORT: "0" });
  assertEquals(runner!.variable, "DORMOUSE_GATEWAY_PORT");
});

Deno.test("loadConfig() refuses one port for gateway and dashboard, but for any free one", () => {
  const ports = (port: string) => ({
    DORMOUSE_UI_PORT: port,
    DORMOUSE_GATEWAY_PORT: port,
  });
  const [problem] = problemsOf(ports("7000"));
  assertEquals(problem!.variable, "DORMOUSE_UI_PORT");
  assertStringIncludes(problem!.wanted, "DORMOUSE_GATEWAY_PORT");
  assertEquals(loadConfig(ports("0")).ui.port, 0);
  assertEquals(loadConfig({ ...ports("7000"), RIVET_ENDPOINT: "http://x" }).ui.port, 7000);
});

Deno.test("DORMOUSE_FAULTS is for a dashboard on loopback, whoever has its token", () => {
  assertEquals(loadConfig({}).faults, false);
  for (const host of ["127.0.0.1", "localhost", "::1"]) {
    assertEquals(loadConfig({ DORMOUSE_FAULTS: "1", DORMOUSE_UI_HOST: host }).faults, true, host);
  }
  const { message } = assertThrows(
    () =>
      loadConfig({
        DORMOUSE_FAULTS: "true",
        DORMOUSE_UI_HOST: "0.0.0.0",
        DORMOUSE_ADMIN_TOKEN: "an-admin-token-of-ours",
      }),
    ConfigError,
  );
  assertEquals(
    message.split("\n  ")[1],
    "DORMOUSE_FAULTS is true, wanted: false, because DORMOUSE_UI_HOST=0.0.0.0 lets others " +
      "reach the dashboard",
  );
});
