import { DormouseGateway } from "../../tests/interop/dormouse_gateway.ts";
import { startRunner, until } from "../../tests/support/system.ts";
import { bareEcho, type Contender, embedded, type Served, twoProcesses } from "../contenders.ts";
import type { SpreadLoad, SpreadResult } from "../loads/spread.ts";
import { load } from "../process.ts";
import type { Bench, Study } from "../study.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** In all, so that only the one thing varies. Where sockets are more, they take turns. */
const IN_FLIGHT = 500;
/** Else the largest messages would be a test of how much may wait for a client. */
const IN_FLIGHT_BYTES = 16 * MIB;
/** What does not vary. */
const USUAL = { sockets: 100, actors: 100, payloadBytes: 64 };
/** A runner's actors must leave it between two cases, or the next ones would all go to the others. */
const SLEEP_AFTER_MS = 500;

interface Shape extends Pick<SpreadLoad, "sockets" | "actors" | "payloadBytes"> {
  /** As "sockets: 100". */
  readonly name: string;
}

const SOCKETS: readonly Shape[] = [1, 10, 100, 1_000, 5_000, 15_000].map((sockets) => ({
  ...USUAL,
  name: `sockets: ${sockets}`,
  sockets,
  actors: 1,
}));
const ACTORS: readonly Shape[] = [1, 10, 100, 1_000, 10_000].map((actors) => ({
  ...USUAL,
  name: `actors: ${actors}`,
  sockets: actors,
  actors,
}));
const SIZES: readonly Shape[] = [0, 64, KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB].map((bytes) => ({
  ...USUAL,
  name: `message bytes: ${bytes}`,
  payloadBytes: bytes,
}));
const RUNNERS = [1, 2, 4, 8, 16];

/** Sockets can hibernate, as the sample actors' do: every message is acked. */
export const growth: Study = {
  name: "growth",
  title: "500 messages in flight: what changes with more sockets, actors, runners and bytes",
  async run(bench) {
    for (let round = 0; round < bench.rounds; round++) {
      for (const contender of [bareEcho, embedded, twoProcesses]) {
        await grow(bench, contender, SOCKETS);
      }
      for (const contender of [embedded, twoProcesses]) await grow(bench, contender, ACTORS);
      await growRunners(bench);
      for (const contender of [bareEcho, embedded, twoProcesses]) {
        await grow(bench, contender, SIZES);
      }
      bench.log(`round ${round + 1}: done`);
    }
  },
};

/** Rising, in processes that are fresh: memory that was taken once is not given back. */
async function grow(bench: Bench, contender: Contender, shapes: readonly Shape[]): Promise<void> {
  await using served = await contender.start();
  for (const shape of shapes) await measure(bench, contender.name, served, shape);
}

/** One gateway, which more and more runners join. */
async function growRunners(bench: Bench): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const gateway = stack.use(await DormouseGateway.start());
  const pids = [gateway.system.pid];
  const env = { DORMOUSE_RUNNER_SLEEP_AFTER_MS: `${SLEEP_AFTER_MS}` };
  for (const count of RUNNERS) {
    while (pids.length <= count) {
      const runner = await startRunner(gateway, { env });
      stack.defer(async () => {
        await runner.kill();
        await Deno.remove(runner.dataDir, { recursive: true });
      });
      pids.push(runner.pid);
    }
    await until("all actors sleep", async () => {
      const { running = 0, starting = 0, stopping = 0 } =
        (await gateway.system.snapshot()).totals.actors;
      return running + starting + stopping === 0;
    }, 30_000);
    const served = { socketUrl: () => gatewaySocketUrl(gateway.url), pids };
    await measure(bench, "Dormouse, gateway and runners", served, {
      ...USUAL,
      name: `runners: ${count}`,
    });
  }
}

function gatewaySocketUrl(gatewayUrl: string): string {
  return `${gatewayUrl.replace("http", "ws")}/gateway/echo/?rvt-method=getOrCreate&rvt-key=`;
}

async function measure(
  bench: Bench,
  contender: string,
  served: Pick<Served, "socketUrl" | "pids">,
  { name, sockets, actors, payloadBytes }: Shape,
): Promise<void> {
  const result = await load<SpreadResult>(
    "spread.ts",
    {
      url: served.socketUrl({ key: "" }),
      sockets: bench.isTrial ? Math.ceil(sockets / 10) : sockets,
      actors: bench.isTrial ? Math.ceil(actors / 10) : actors,
      payloadBytes,
      inFlight: Math.min(IN_FLIGHT, Math.floor(IN_FLIGHT_BYTES / Math.max(1, payloadBytes))),
      warmupMs: bench.isTrial ? 100 : 500,
      measureMs: bench.isTrial ? 700 : 1_000,
      pids: served.pids,
    } satisfies SpreadLoad,
  );
  bench.record({ case: name, contender }, {
    "messages/s": result.messagesPerSecond,
    "p50 µs": result.p50,
    "p99 µs": result.p99,
    "server µs/message": result.serverMicroseconds,
    "resident MiB": result.resident / MIB,
    ...(name.startsWith("message bytes") && {
      "MiB/s": result.messagesPerSecond * payloadBytes / MIB,
    }),
  });
}
