import { bareEcho } from "../contenders.ts";
import type { WakeLoad, WakeResult } from "../loads/wake.ts";
import { load, Server } from "../process.ts";
import type { Study } from "../study.ts";

const RATES = [100, 500, 2_000];
/** At the highest rate an actor has two seconds to fall asleep in. */
const SOCKETS = 4_000;

/** Open loop: `bench/loads/wake.ts` says what its latencies are. */
export const wake: Study = {
  name: "wake",
  title: "From a client's message to the answer of an actor that slept, at a fixed rate of wakes",
  async run(bench) {
    await using bare = await bareEcho.start();
    await using waking = await Server.start<
      { readonly echoUrl: string; readonly counterUrl: string; readonly livesUrl: string }
    >("waking.ts");
    const { echoUrl, counterUrl, livesUrl } = waking.ready;
    const contenders = [
      {
        name: `${bareEcho.name}, awake`,
        url: `${bare.socketUrl()}?`,
        payload: "inc",
        livesUrl: null,
      },
      { name: "Dormouse, embedded, without state", url: echoUrl, payload: "inc", livesUrl },
      { name: "Dormouse, embedded, with state", url: counterUrl, payload: "inc", livesUrl },
    ];
    for (let round = 0; round < bench.rounds; round++) {
      for (const { name, ...settings } of contenders) {
        const results = await load<WakeResult[]>(
          "wake.ts",
          {
            ...settings,
            sockets: bench.isTrial ? SOCKETS / 2 : SOCKETS,
            rates: RATES,
            warmupMs: bench.isTrial ? 250 : 2_000,
            measureMs: bench.isTrial ? 500 : 5_000,
          } satisfies WakeLoad,
        );
        for (const [i, result] of results.entries()) {
          bench.record({ case: `${RATES[i]} a second`, contender: name }, {
            "p50 µs": result.p50,
            "p99 µs": result.p99,
            "max µs": result.max,
            "sent late, p50 µs": result.lateP50,
            "sent late, p99 µs": result.lateP99,
            "messages/s": result.messagesPerSecond,
            ...(result.wakesPerSecond !== null && { "wakes/s": result.wakesPerSecond }),
            ...(result.wakesPerMessage !== null && { "wakes/message": result.wakesPerMessage }),
          });
        }
      }
      bench.log(`round ${round + 1}: done`);
    }
  },
};
