/**
 * Measures what clients see while runner processes come and go, and writes the table of
 * `docs/scale-out.md`: on a Rivet Engine, and on Dormouse's own gateway, both with their default
 * timers. `deno run --allow-all scripts/scale_out.ts`; with `--print` the table is only printed.
 *
 * Two runners share the actors of clients that send all the time. One runner is drained (SIGTERM) and
 * replaced, then the other is killed (SIGKILL).
 */
import { dormouseGateway } from "../tests/interop/dormouse_gateway.ts";
import { rivetEngine } from "../tests/interop/engine.ts";
import type { GatewayKind, GatewaySide } from "../tests/interop/gateway_side.ts";
import { startRunner, type System } from "../tests/support/system.ts";
import { socketUrl } from "../components/samples.ts";
import { PacedClient } from "./paced_client.ts";

const DOCUMENT = `${import.meta.dirname}/../docs/scale-out.md`;
const MARK = /(<!-- measured by .* -->\n)[\s\S]*(<!-- end -->)/;
/** Clients of each kind, and how often each sends. */
const CLIENTS = 6;
const PACE_MS = 200;
/** Calm before each fault; after it, how long its effects are watched. */
const CALM_MS = 4_000;
const WATCH_MS = 60_000;

interface Row {
  readonly gateway: string;
  readonly fault: string;
  readonly sockets: string;
  readonly clients: readonly PacedClient[];
}

const rows: string[] = [];
for (const kind of [rivetEngine, dormouseGateway]) rows.push(...await measure(kind));
const table = [
  "| gateway | a runner is | client's socket | clients | answer missing for, median / worst | closed with | messages counted |",
  "| --- | --- | --- | --- | --- | --- | --- |",
  ...rows,
].join("\n");
console.log(table);
if (!Deno.args.includes("--print")) {
  const text = await Deno.readTextFile(DOCUMENT);
  await Deno.writeTextFile(DOCUMENT, text.replace(MARK, `$1\n${table}\n\n$2`));
}

async function measure(kind: GatewayKind): Promise<string[]> {
  await using gateway = await kind.start();
  const first = await startRunner(gateway);
  await using second = await startRunner(gateway);
  const kept = clientsOf(gateway, true);
  const plain = clientsOf(gateway, false);
  const all = [...kept, ...plain];
  for (const client of all) {
    client.connect();
    await until(() => client.isConnected, WATCH_MS);
  }
  const measured: string[] = [];

  const strike = async (fault: string, runner: System, act: () => Promise<void>): Promise<void> => {
    for (const client of all) client.begin(PACE_MS);
    await sleep(CALM_MS);
    const hosted = new Set((await runner.snapshot()).actors.map(({ key }) => key));
    await act();
    const struckAt = performance.now();
    await until(() => all.every((client) => client.answeredAt > struckAt), WATCH_MS);
    await sleep(CALM_MS);
    for (const client of all) client.pause();
    await settled(all);
    for (const [sockets, clients] of [["hibernatable", kept], ["plain", plain]] as const) {
      const struck = clients.filter(({ key }) => hosted.has(key));
      // Told now: what is noted begins anew with the next strike.
      measured.push(rowOf({ gateway: kind.name, fault, sockets, clients: struck }));
    }
  };

  await strike("drained (SIGTERM)", first, async () => {
    first.signal("SIGTERM");
    await first.exit();
  });
  await using _third = await startRunner(gateway);
  await strike("killed (SIGKILL)", second, () => second.kill());
  for (const client of all) client.leave();
  return measured;
}

/** Waits until everything sent is counted, or what is counted changes no more. */
async function settled(clients: readonly PacedClient[]): Promise<void> {
  const isAllCounted = () => clients.every(({ sent, counted }) => sent === counted);
  await until(isAllCounted, CALM_MS);
  for (const client of clients) client.ask();
  await until(isAllCounted, CALM_MS);
}

function clientsOf(gateway: GatewaySide, hibernatable: boolean): PacedClient[] {
  return Array.from({ length: CLIENTS }, (_, at) => {
    const key = `${hibernatable ? "kept" : "plain"}-${at}`;
    const address = { url: gateway.url, namespace: "default" };
    return new PacedClient(key, socketUrl(address, "counter", key, hibernatable, "default"));
  });
}

function rowOf({ gateway, fault, sockets, clients }: Row): string {
  const waits = clients.map(({ longestMs }) => longestMs).sort((a, b) => a - b);
  const closes = clients.flatMap(({ closes }) => closes.map((close) => close.replace(/#.*/, "")));
  const told = [...Map.groupBy(closes, (close) => close)]
    .map(([close, each]) => `${each.length} × \`${close}\``);
  return `| ${
    [
      gateway,
      fault,
      sockets,
      clients.length,
      waits.length === 0 ? "" : `${time(waits[waits.length >> 1]!)} / ${time(waits.at(-1)!)}`,
      told.length === 0 ? "none closed" : told.join(", "),
      countOf(clients),
    ].join(" | ")
  } |`;
}

function countOf(clients: readonly PacedClient[]): string {
  const sent = clients.reduce((sum, client) => sum + client.sent, 0);
  const counted = clients.reduce((sum, client) => sum + client.counted, 0);
  if (sent === counted) return `all ${sent}, once`;
  const what = counted < sent ? `${sent - counted} lost` : `${counted - sent} doubled`;
  return `${counted} of ${sent}: ${what}`;
}

function time(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until `condition` holds; goes on without it after `withinMs`: the table says what is missing. */
async function until(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!await condition() && performance.now() < deadline) await sleep(20);
}
