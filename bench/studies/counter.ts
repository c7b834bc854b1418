import type { LatencyPoint } from "../../lib/inspect/mod.ts";
import { ackCounts, acksPerMessage } from "../ack_counts.ts";
import type { CounterLoad, CounterResult } from "../loads/counter.ts";
import type { Offered } from "../loads/offered.ts";
import { load, residentBytes } from "../process.ts";
import { median } from "../stats.ts";
import type { Bench, Figures, Study } from "../study.ts";
import { Watched } from "../watched.ts";

interface Shape {
  readonly name: string;
  readonly connections: number;
  readonly actors: number;
  readonly offered: Offered;
}

const SHAPES: readonly Shape[] = [
  {
    name: "50 connections × 10 in flight, 50 actors",
    connections: 50,
    actors: 50,
    offered: { window: 10 },
  },
  { name: "50 connections × 1", connections: 50, actors: 50, offered: { window: 1 } },
  { name: "1 connection, one at a time", connections: 1, actors: 1, offered: { window: 1 } },
  {
    name: "20 000/s offered, 50 actors",
    connections: 50,
    actors: 50,
    offered: { perSecond: 20_000 },
  },
  {
    name: "20 000/s offered, 500 actors",
    connections: 500,
    actors: 500,
    offered: { perSecond: 20_000 },
  },
];

export const counter: Study = {
  name: "counter",
  title: "increments that are durable before they are answered and acked",
  async run(bench) {
    for (const shape of SHAPES) {
      for (let round = 0; round < bench.rounds; round++) {
        bench.record(
          { case: shape.name, contender: "Dormouse, embedded" },
          await measure(bench, shape),
        );
      }
      bench.log(`${shape.name}: done`);
    }
  },
};

/**
 * The program as it is, fresh. All of it is of the steady state: connecting, the compiler's work and
 * the first full collection are over before anything is counted.
 */
async function measure({ isTrial }: Bench, shape: Shape): Promise<Figures> {
  await using server = await Watched.start();
  const { system } = server;
  const before = await ackCounts(system);
  const result = await load<CounterResult>(
    "counter.ts",
    {
      urls: Array.from({ length: shape.actors }, (_, i) => system.actorUrl("counter", `${i}`)),
      connections: shape.connections,
      offered: shape.offered,
      delaysUrl: server.delaysUrl,
      warmupMs: isTrial ? 500 : 3_000,
      // One whole second of the clock at least.
      measureMs: isTrial ? 2_100 : 5_000,
    } satisfies CounterLoad,
  );
  const after = await ackCounts(system);
  const { latencySeries } = await system.snapshot();
  const acks = latencySeries.filter(({ second }) =>
    second * 1000 >= result.fromTs && (second + 1) * 1000 <= result.toTs
  );
  const typical = (of: (point: LatencyPoint) => number): number => median(acks.map(of));
  return {
    "messages/s": result.messagesPerSecond,
    "answer p50 ms": result.p50 / 1000,
    "answer p99 ms": result.p99 / 1000,
    // Of a second in the middle.
    "ack p50 ms": typical(({ p50 }) => p50),
    "ack p99 ms": typical(({ p99 }) => p99),
    "loop delay p50 ms": result.delays.p50 / 1000,
    "loop delay p99 ms": result.delays.p99 / 1000,
    "acks/message": acksPerMessage(before, after),
    "resident MiB": residentBytes(system.pid) / 2 ** 20,
  };
}
