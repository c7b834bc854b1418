import { acksPerMessage } from "../ack_counts.ts";
import {
  bareEcho,
  bareRelay,
  embedded,
  enginePairing,
  oursOnEngine,
  twoProcesses,
} from "../contenders.ts";
import type { EchoLoad, EchoResult } from "../loads/echo.ts";
import { load } from "../process.ts";
import type { Study } from "../study.ts";
import { type Turn, withContenders } from "./turns.ts";

const SHAPES = [
  { name: "ping-pong", connections: 1, window: 1 },
  { name: "1 connection × 10 in flight", connections: 1, window: 10 },
  { name: "50 connections × 10 in flight", connections: 50, window: 10 },
] as const;

interface How {
  readonly hibernatable: boolean;
}

const TURNS: readonly Turn<How>[] = [
  { contender: bareEcho, name: bareEcho.name, how: { hibernatable: false } },
  { contender: bareRelay, name: bareRelay.name, how: { hibernatable: false } },
  ...[embedded, twoProcesses, enginePairing, oursOnEngine].flatMap((contender) => [
    { contender, name: `${contender.name}, plain`, how: { hibernatable: false } },
    { contender, name: `${contender.name}, acked`, how: { hibernatable: true } },
  ]),
];

export const echo: Study = {
  name: "echo",
  title: "64-byte messages there and back; a plain socket, and a hibernatable one that is acked",
  async run(bench) {
    await withContenders(TURNS, async (running) => {
      for (const { name: shape, connections, window } of SHAPES) {
        for (let round = 0; round < bench.rounds; round++) {
          for (const { name, served, how } of running) {
            const before = await served.ackCounts?.();
            const result = await load<EchoResult>(
              "echo.ts",
              {
                url: served.socketUrl(how),
                connections,
                offered: { window },
                payloadBytes: 64,
                warmupMs: bench.isTrial ? 100 : 1_000,
                measureMs: bench.isTrial ? 700 : 1_500,
                pids: served.pids,
              } satisfies EchoLoad,
            );
            bench.record({ case: shape, contender: name }, {
              "p50 µs": result.p50,
              "p99 µs": result.p99,
              "messages/s": result.messagesPerSecond,
              "server µs/message": result.serverMicroseconds,
              ...(before !== undefined && how.hibernatable && {
                "acks/message": acksPerMessage(before, await served.ackCounts!()),
              }),
            });
          }
        }
        bench.log(`${shape}: done`);
      }
    });
  },
};
