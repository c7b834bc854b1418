import { actors } from "./actors/mod.ts";
import type { AppState } from "./app_state.ts";
import manifest from "./deno.json" with { type: "json" };
import { Access } from "./lib/access/mod.ts";
import {
  type Config,
  describeConfig,
  loadConfig,
  loadOrCreateAdminToken,
} from "./lib/config/mod.ts";
import { type Dormouse, startDormouse } from "./lib/dormouse.ts";
import { Faults } from "./lib/faults/mod.ts";
import { systemHost } from "./lib/host/system_host.ts";
import { createInspector, type Inspector } from "./lib/inspect/mod.ts";
import { auditLog, both, gatewayLog, runnerLog, storeLog } from "./lib/inspect/operator_log.ts";
import { configureLogging, roomLogger } from "./lib/log/mod.ts";
import { loadApp } from "./load_app.ts";
import { listening, startFailure } from "./start_failure.ts";

const { version } = manifest;
/** A terminal or a supervisor signals a whole group of processes, and parents pass signals on. */
const SAME_SIGNAL_MS = 1_000;
/** Whoever waited for the start has its answer by then: what the dashboard loads blocks it for longer. */
const CLIENTS_FIRST_MS = 50;

try {
  await main(loadConfig(Deno.env.toObject()));
} catch (error) {
  const sentence = startFailure(error);
  if (sentence === undefined) throw error;
  console.error(sentence);
  Deno.exit(1);
}

/** config → store → gateway → runner → web app → signals. */
async function main(config: Config): Promise<void> {
  const token = config.adminToken ?? loadOrCreateAdminToken(config.dataDir, systemHost.randomBytes);
  const { level, format } = config.log;
  const { view, payload } = config.access.tokens;
  const secrets = [token, config.runner.token, view, payload].filter((secret) => secret !== null);
  configureLogging({ level, format, secrets });
  const logger = roomLogger("main");
  for (const setting of describeConfig(config, "set")) logger.info("{setting}", { setting });

  const role = !config.runsGateway ? "runner" : config.runsRunner ? "all" : "gateway";
  const faults = config.faults ? new Faults({ host: systemHost }) : null;
  const inspector = createInspector({
    host: systemHost,
    role,
    faults,
    ...config.capture,
    audited: auditLog(roomLogger("dashboard")),
  });
  const dormouse = await listening(
    "DORMOUSE_GATEWAY_PORT",
    config.gateway,
    () => start(config, token, inspector, faults),
  );
  const { gateway, gatewayUrl, runner } = dormouse;
  const source = { ...(gateway && { gateway }), ...(runner && { runner }) };
  inspector.observe(source);

  let drainingSince: number | null = null;
  const { allowedHosts, allowedOrigins } = config;
  const state: AppState = {
    inspector,
    source,
    config: {
      gateway: {
        url: config.gatewayUrl ?? gatewayUrl ?? asHttp(config.runner.endpoint!),
        namespace: config.runner.namespace,
      },
      readOnly: config.access.readOnly,
      version,
    },
    access: new Access({
      host: systemHost,
      tokens: { ...config.access.tokens, operate: token },
      allowedHosts,
      allowedOrigins,
      limits: config.access.limits,
    }),
    readiness: () => {
      const reasons: string[] = [];
      if (drainingSince !== null) reasons.push("The process is shutting down");
      const tunnel = runner?.summary().state ?? "connected";
      if (tunnel !== "connected") reasons.push(`The runner's tunnel is ${tunnel}`);
      return { ready: reasons.length === 0, reasons };
    },
  };
  console.log(`Dormouse ${version}`);
  if (gatewayUrl !== null) console.log(`  gateway    ${gatewayUrl}`);
  else console.log(`  joining    ${config.runner.endpoint}`);

  let dashboard: Deno.HttpServer<Deno.NetAddr> | null = null;
  const shutdown = async (): Promise<void> => {
    if (drainingSince !== null) {
      // Whoever asks again does not want to wait. The same signal may come from several at once.
      if (systemHost.now() - drainingSince > SAME_SIGNAL_MS) Deno.exit(1);
      return;
    }
    drainingSince = systemHost.now();
    const deadlineMs = config.runner.options.shutdownMs;
    const late = setTimeout(() => {
      logger.error("The shutdown took longer than {deadlineMs} ms", { deadlineMs });
      Deno.exit(1);
    }, deadlineMs);
    await dormouse.shutdown(deadlineMs * 0.8);
    inspector.close();
    await Promise.race([
      dashboard?.shutdown(),
      new Promise((resolve) => setTimeout(resolve, deadlineMs * 0.1)),
    ]);
    clearTimeout(late);
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGTERM", shutdown);
  Deno.addSignalListener("SIGINT", shutdown);

  // The gateway serves already: nobody waits for the dashboard who does not look at it.
  dashboard = await serveDashboard(config, state).catch(async (error) => {
    await dormouse.shutdown(0);
    throw error;
  });
  const { hostname, port } = dashboard.addr;
  console.log(`  dashboard  http://${hostname}:${port}/login?token=${token}`);
}

/** An endpoint as clients write it: a runner's may be `ws:`. */
function asHttp(endpoint: string): string {
  return endpoint.replace(/^ws/, "http");
}

async function serveDashboard(
  { ui }: Config,
  state: AppState,
): Promise<Deno.HttpServer<Deno.NetAddr>> {
  await new Promise((resolve) => setTimeout(resolve, CLIENTS_FIRST_MS));
  const app = await loadApp(state);
  return await listening(
    "DORMOUSE_UI_PORT",
    ui,
    () => Deno.serve({ ...ui, onListen: () => {} }, app),
  );
}

function start(
  config: Config,
  token: string,
  inspector: Inspector,
  faults: Faults | null,
): Promise<Dormouse> {
  const { gateway, runner, store, dataDir, allowedHosts, allowedOrigins } = config;
  return startDormouse({
    host: systemHost,
    version,
    ...(faults && { faults }),
    ...(config.runsGateway && {
      gateway: {
        ...gateway,
        dataDir,
        token,
        allowedHosts,
        allowedOrigins,
        observer: both(inspector.gatewayObserver, gatewayLog(roomLogger("gateway"))),
        store: { options: store.options, observer: storeLog(roomLogger("store")) },
      },
    }),
    ...(config.runsRunner && {
      runner: {
        ...runner,
        // A gateway of ours takes the admin token; nobody else is shown it.
        token: runner.token ?? (runner.isOurs ? token : null),
        definitions: actors,
        observer: both(inspector.runnerObserver, runnerLog(roomLogger("runner"))),
      },
    }),
    onError: (error) => roomLogger("gateway").error("A request failed: {error}", { error }),
  });
}
