/** A gateway alone, for `bench/stream.ts`. Prints its URL. Argument: the token for its runner. */
import { startDormouse } from "@/lib/dormouse.ts";
import { systemHost } from "@/lib/host/system_host.ts";

const dormouse = await startDormouse({
  host: systemHost,
  version: "bench",
  gateway: {
    hostname: "127.0.0.1",
    port: 0,
    dataDir: await Deno.makeTempDir({ prefix: "dormouse-bench-" }),
    token: Deno.args[0]!,
    allowedHosts: [],
    allowedOrigins: [],
    options: {},
  },
  onError: (error) => console.error(error),
});
console.log(JSON.stringify({ url: dormouse.gatewayUrl }));
