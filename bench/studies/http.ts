import { bareHttp, embedded, enginePairing, oursOnEngine, twoProcesses } from "../contenders.ts";
import type { HttpLoad, HttpResult } from "../loads/http.ts";
import { load } from "../process.ts";
import type { Study } from "../study.ts";
import { withContenders } from "./turns.ts";

const TURNS = [bareHttp, embedded, twoProcesses, enginePairing, oursOnEngine].map((contender) => ({
  contender,
  name: contender.name,
  how: null,
}));

export const http: Study = {
  name: "http",
  title: "GET of a small JSON text, on 32 connections that are kept",
  async run(bench) {
    await withContenders(TURNS, async (running) => {
      for (let round = 0; round < bench.rounds; round++) {
        for (const { name, served } of running) {
          const result = await load<HttpResult>(
            "http.ts",
            {
              url: served.httpUrl,
              connections: 32,
              warmupMs: bench.isTrial ? 100 : 1_000,
              measureMs: bench.isTrial ? 700 : 1_500,
              pids: served.pids,
            } satisfies HttpLoad,
          );
          bench.record({ case: "32 connections", contender: name }, {
            "p50 µs": result.p50,
            "p99 µs": result.p99,
            "requests/s": result.requestsPerSecond,
            "server µs/request": result.serverMicroseconds,
          });
        }
      }
    });
  },
};
