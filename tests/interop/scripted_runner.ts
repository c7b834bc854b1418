/** A runner that a scenario scripts, on a real gateway: what no real runner can be made to do. */
import { systemHost } from "../../lib/host/system_host.ts";
import { FRAME_BYTES } from "../../lib/protocol/mod.ts";
import { runnerProtocols, runnerUrl } from "../../lib/runner/mod.ts";
import { connectWebSocket } from "../../lib/transport/connect_websocket.ts";
import type { Link } from "../../lib/transport/link.ts";
import { FakeRunner, type FakeRunnerOptions } from "../support/fake_runner.ts";
import type { RunnerKind } from "./runner_side.ts";
import type { World } from "./world.ts";

/** The column of scenarios that bring a runner of their own. */
export const scriptedRunner: RunnerKind = {
  name: "scripted runner",
  start: () => Promise.reject(new Error("A scripted runner joins by `join`")),
};

export interface ScriptedOptions extends Omit<FakeRunnerOptions, "name" | "namespace"> {
  /** Where it connects to, when not straight to the gateway: a cable. */
  readonly endpoint?: string;
}

/** A tunnel to the world's gateway, on which nothing was said yet. */
export async function dial(
  world: World,
  { endpoint, key, version, token, namespace }: {
    readonly endpoint?: string;
    readonly key?: string;
    readonly version?: number;
    readonly token?: string | null;
    readonly namespace?: string;
  } = {},
): Promise<Link> {
  const url = runnerUrl({
    endpoint: endpoint ?? world.gateway.url,
    protocolVersion: version ?? 7,
    namespace: namespace ?? world.namespace,
    runnerKey: key ?? crypto.randomUUID(),
  });
  const link = await connectWebSocket(url, {
    protocols: runnerProtocols({ token: token === undefined ? world.gateway.token : token }),
    openTimeoutMs: 10_000,
    maxFrameBytes: FRAME_BYTES,
    host: systemHost,
  });
  world.use({ [Symbol.asyncDispose]: () => Promise.resolve(link.close(1000, "")) });
  return link;
}

/** A runner in the world's pool, which the gateway has let in. */
export async function join(world: World, options: ScriptedOptions = {}): Promise<FakeRunner> {
  await world.pooled();
  const { namespace, pool } = world;
  const runner = new FakeRunner(
    { acceptRunner: () => Promise.reject(new Error("It has a tunnel of its own")) },
    systemHost,
    { slots: 1_000, ...options, name: pool, namespace },
  );
  await rejoin(world, runner, options);
  return runner;
}

/** The same runner on a new tunnel. */
export async function rejoin(
  world: World,
  runner: FakeRunner,
  options: ScriptedOptions,
): Promise<void> {
  runner.attach(await dial(world, options));
  runner.init();
  runner.received = [];
  await until(runner, "it is let in", () => runner.received.some(({ kind }) => kind === "init"));
}

/** Waits until what came to the runner fulfils `condition`. */
export async function until(
  runner: FakeRunner,
  what: string,
  condition: () => boolean,
  withinMs = 15_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) {
      const came = runner.received.map((message) =>
        message.kind === "tunnel" ? message.body.kind : message.kind
      );
      throw new Error(`Not within ${withinMs} ms: ${what}; what came: ${came.join(", ")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
