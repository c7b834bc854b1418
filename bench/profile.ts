/**
 * `deno task profile echo|http|counter [--plain]`: where the processor's time goes in a Dormouse
 * under load, function by function, as V8's own profiler sees it.
 *
 * `deno task profile echo --connections 50 --window 10 [--top 40]`
 */
import { parseArgs } from "node:util";
import { eventually } from "../tests/interop/gateway_side.ts";
import { System } from "../tests/support/system.ts";
import { actorUrl, asHttp } from "./contenders.ts";
import { wait } from "./loads/round_trips.ts";
import { load } from "./process.ts";

const { values, positionals: [what = "echo"] } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    plain: { type: "boolean", default: false },
    connections: { type: "string", default: "50" },
    window: { type: "string", default: "10" },
    seconds: { type: "string", default: "4" },
    top: { type: "string", default: "35" },
  },
});

await using system = await System.start({
  denoArguments: ["--allow-sys", "--preload", import.meta.resolve("./profiler.ts")],
});
const hibernatable = !values.plain;
const measureMs = Number(values.seconds) * 1_000;
const shared = {
  connections: Number(values.connections),
  offered: { window: Number(values.window) },
  warmupMs: 2_000,
  measureMs: measureMs + 500,
  pids: [system.pid],
};
const url = actorUrl(system.gatewayUrl, {
  actor: what === "echo" ? "echo" : "counter",
  hibernatable,
});
const result = what === "http"
  ? load("http.ts", { ...shared, url: asHttp(url) })
  : load("echo.ts", {
    ...shared,
    url,
    payloadBytes: 64,
    ...(what === "counter" && { text: "inc" }),
  });
await wait(3_000);
const profile = await profiled(measureMs);
report(profile, Number(values.top));
console.log(await result);

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { functionName: string; url: string; lineNumber: number };
  }[];
  readonly samples: readonly number[];
}

async function profiled(ms: number): Promise<Profile> {
  system.signal("SIGUSR2");
  await wait(ms);
  system.signal("SIGUSR2");
  return await eventually("the profile is written", async () => {
    const text = await Deno.readTextFile(`${system.dataDir}/profile.json`).catch(() => undefined);
    return text !== undefined && JSON.parse(text);
  });
}

/** Shares of the samples that were not idle, by the function that was on top. */
function report({ nodes, samples }: Profile, top: number): void {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const counts = new Map<string, number>();
  let busy = 0;
  for (const id of samples) {
    const { functionName, url, lineNumber } = byId.get(id)!;
    if (functionName === "(idle)") continue;
    busy++;
    const name = `${functionName || "(anonymous)"} ${url.split("/").slice(-2).join("/")}:${
      lineNumber + 1
    }`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  console.log(`busy ${(busy / samples.length * 100).toFixed(1)} % of ${samples.length} samples`);
  for (const [name, count] of [...counts].sort((a, b) => b[1] - a[1]).slice(0, top)) {
    console.log(`${(count / busy * 100).toFixed(1).padStart(5)} %  ${name}`);
  }
}
