/** Dormouse in one process, as `deno task start` runs it, without the dashboard. Prints its URL. */
import { actors } from "@/actors/mod.ts";
import { startDormouse } from "@/lib/dormouse.ts";
import { systemHost } from "@/lib/host/system_host.ts";

const dormouse = await startDormouse({
  host: systemHost,
  version: "bench",
  gateway: {
    hostname: "127.0.0.1",
    port: 0,
    dataDir: await Deno.makeTempDir({ prefix: "dormouse-bench-" }),
    token: "bench",
    allowedHosts: [],
    allowedOrigins: [],
    options: {},
  },
  runner: {
    definitions: actors,
    name: "default",
    totalSlots: 1_000,
    version: 1,
    namespace: "default",
    protocolVersion: 7,
    endpoint: null,
    token: null,
    options: {},
  },
  onError: (error) => console.error(error),
});
await dormouse.runner!.ready;
const socketUrl = dormouse.gatewayUrl!.replace("http", "ws");
const url = `${socketUrl}/gateway/echo/?rvt-method=getOrCreate&rvt-key=bench`;
console.log(JSON.stringify({ url }));
