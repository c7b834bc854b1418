import { assertRejects } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { startDormouse } from "../../lib/dormouse.ts";
import { systemHost } from "../../lib/host/system_host.ts";

Deno.test("startDormouse() refuses times of its gateway and its runner that contradict each other", async () => {
  const dataDir = await Deno.makeTempDir();
  try {
    const start = startDormouse({
      host: systemHost,
      version: "test",
      gateway: {
        hostname: "127.0.0.1",
        port: 0,
        dataDir,
        token: "0123456789abcdef",
        allowedHosts: [],
        allowedOrigins: [],
        options: { pingTimeoutMs: 10_000 },
      },
      runner: {
        definitions: actors,
        name: "default",
        totalSlots: 1,
        version: 1,
        namespace: "default",
        protocolVersion: 7,
        endpoint: null,
        token: null,
        options: {},
      },
      onError: () => {},
    });
    await assertRejects(
      () => start,
      RangeError,
      "runner.pingTimeoutMs is 15000, wanted: runner.pingTimeoutMs ≤ gateway.pingTimeoutMs (10000)",
    );
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
