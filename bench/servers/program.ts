/**
 * Dormouse as `main.ts` puts it together, inspector and log included, without the dashboard: with
 * actors of a study's own, and with a count of their lives.
 */
import type { ActorDefinition } from "@/lib/actor/mod.ts";
import { type Dormouse, startDormouse } from "@/lib/dormouse.ts";
import { systemHost } from "@/lib/host/system_host.ts";
import type { GatewayOptions } from "@/lib/gateway/options.ts";
import { createInspector, type InspectLimits } from "@/lib/inspect/mod.ts";
import { both, gatewayLog, runnerLog, storeLog } from "@/lib/inspect/operator_log.ts";
import { configureLogging, roomLogger } from "@/lib/log/mod.ts";
import type { RunnerObserver, RunnerOptions } from "@/lib/runner/mod.ts";

/** For the gateways and runners of a study: they are reached on loopback only. */
export const BENCH_TOKEN = "a-token-of-the-bench";

export interface ProgramWant {
  readonly gateway: boolean;
  readonly gatewayOptions?: Partial<GatewayOptions>;
  readonly inspectLimits?: Partial<InspectLimits>;
  readonly runner?: {
    readonly definitions: Readonly<Record<string, ActorDefinition>>;
    readonly totalSlots: number;
    /** The gateway's URL; without it the one in this process. */
    readonly endpoint?: string;
    readonly options?: Partial<RunnerOptions>;
  };
}

export interface Program {
  readonly dormouse: Dormouse;
  readonly lives: Lives;
}

/** Of this process's actors, since it began. */
export interface Lives {
  /** An actor's first start and each wake. */
  starts: number;
  /** Stops in whatever way: what has started and not stopped is awake. */
  stops: number;
}

/** Resolves when the runner, where there is one, is ready. */
export async function startProgram(
  { gateway, gatewayOptions = {}, inspectLimits = {}, runner }: ProgramWant,
): Promise<Program> {
  // As quiet as a terminal needs it; what is below a level costs the same at each of them.
  configureLogging({ level: "warning", format: "text" });
  const role = runner === undefined ? "gateway" : gateway ? "all" : "runner";
  const inspector = createInspector({ host: systemHost, role, limits: inspectLimits });
  const lives: Lives = { starts: 0, stops: 0 };
  const counting: RunnerObserver = {
    actorStarted: () => lives.starts++,
    actorStopped: () => lives.stops++,
  };
  const dormouse = await startDormouse({
    host: systemHost,
    version: "bench",
    ...(gateway && {
      gateway: {
        hostname: "127.0.0.1",
        port: 0,
        dataDir: await Deno.makeTempDir({ prefix: "dormouse-bench-" }),
        token: BENCH_TOKEN,
        allowedHosts: [],
        allowedOrigins: [],
        options: gatewayOptions,
        observer: both(inspector.gatewayObserver, gatewayLog(roomLogger("gateway"))),
        store: { observer: storeLog(roomLogger("store")) },
      },
    }),
    ...(runner && {
      runner: {
        definitions: runner.definitions,
        name: "default",
        totalSlots: runner.totalSlots,
        version: 1,
        namespace: "default",
        protocolVersion: 7,
        endpoint: runner.endpoint ?? null,
        token: BENCH_TOKEN,
        options: runner.options ?? {},
        observer: both(
          both(inspector.runnerObserver, runnerLog(roomLogger("runner"))),
          counting,
        ),
      },
    }),
    onError: (error) => console.error(error),
  });
  inspector.observe({
    ...(dormouse.gateway && { gateway: dormouse.gateway }),
    ...(dormouse.runner && { runner: dormouse.runner }),
  });
  await dormouse.runner?.ready;
  return { dormouse, lives };
}
