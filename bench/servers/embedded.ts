/**
 * Dormouse with the sample actors in one process, observed as `main.ts` has it observed, without the
 * dashboard.
 */
import { actors } from "@/actors/mod.ts";
import { type Dormouse, startDormouse } from "@/lib/dormouse.ts";
import { systemHost } from "@/lib/host/system_host.ts";
import { createInspector } from "@/lib/inspect/mod.ts";
import { both, gatewayLog, runnerLog, storeLog } from "@/lib/inspect/operator_log.ts";
import { roomLogger } from "@/lib/log/mod.ts";

export async function startEmbedded(totalSlots: number): Promise<Dormouse> {
  const inspector = createInspector({ host: systemHost, role: "all" });
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
      observer: both(inspector.gatewayObserver, gatewayLog(roomLogger("gateway"))),
      store: { observer: storeLog(roomLogger("store")) },
    },
    runner: {
      definitions: actors,
      name: "default",
      totalSlots,
      version: 1,
      namespace: "default",
      protocolVersion: 7,
      endpoint: null,
      token: null,
      options: {},
      observer: both(inspector.runnerObserver, runnerLog(roomLogger("runner"))),
    },
    onError: (error) => console.error(error),
  });
  await dormouse.runner!.ready;
  return dormouse;
}

/** Where an actor's WebSocket is, made when there is none; the key is the caller's to add. */
export function socketUrl({ gatewayUrl }: Dormouse, actor: string): string {
  return `${gatewayUrl!.replace("http", "ws")}/gateway/${actor}/?rvt-method=getOrCreate`;
}
