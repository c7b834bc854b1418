import { startRunner } from "../../tests/support/system.ts";
import { Server } from "../process.ts";
import type { Fed, Feed } from "../servers/feeding_gateway.ts";
import type { Study } from "../study.ts";

const SOCKETS = [1, 100, 1_000, 10_000] as const;
/** Ten thousand sockets of one actor would be the worst for a runner that looks for each in a list. */
const SOCKETS_OF_AN_ACTOR = 100;
const UNDER_WAY = 256;
const TOKEN = "bench";

interface Runner extends AsyncDisposable {
  readonly pid: number;
}

const RUNNERS: readonly {
  readonly name: string;
  start(gatewayUrl: string): Promise<Runner>;
}[] = [
  {
    name: "engine-runner",
    start: (url) => Server.start("reference_runner.ts", { args: [url, TOKEN] }),
  },
  {
    name: "Dormouse's runner",
    async start(url) {
      const runner = await startRunner({ url, token: TOKEN });
      return {
        pid: runner.pid,
        async [Symbol.asyncDispose]() {
          await runner.kill();
          await Deno.remove(runner.dataDir, { recursive: true });
        },
      };
    },
  },
];

export const runner: Study = {
  name: "runner",
  title: `The runner alone: a gateway that only feeds it has ${UNDER_WAY} messages of 64 bytes ` +
    `under way, on sockets of which an actor has ${SOCKETS_OF_AN_ACTOR} at most`,
  async run(bench) {
    for (const hibernatable of [false, true]) {
      for (const sockets of SOCKETS) {
        const name = `${hibernatable ? "acked" : "plain"}, ${socketsText(sockets)}`;
        for (let round = 0; round < bench.rounds; round++) {
          for (const contender of RUNNERS) {
            // Both of them anew: nobody inherits what an earlier case has left behind.
            await using gateway = await Server.start("feeding_gateway.ts");
            await using fed = await contender.start(gateway.ready.url);
            const result = await feed(gateway.ready.url, {
              sockets,
              socketsOfAnActor: SOCKETS_OF_AN_ACTOR,
              hibernatable,
              payloadBytes: 64,
              underWay: UNDER_WAY,
              warmupMs: bench.isTrial ? 300 : 2_000,
              measureMs: bench.isTrial ? 700 : 2_000,
              pid: fed.pid,
            });
            bench.record({ case: name, contender: contender.name }, {
              "messages/s": result.messagesPerSecond,
              "runner µs/message": result.runnerMicroseconds,
              "gateway µs/message": result.gatewayMicroseconds,
              ...(hibernatable && { "acks/message": result.acksPerMessage }),
            });
          }
        }
        bench.log(`${name}: done`);
      }
    }
  },
};

async function feed(gatewayUrl: string, want: Feed): Promise<Fed> {
  const response = await fetch(gatewayUrl, { method: "POST", body: JSON.stringify(want) });
  if (!response.ok) throw new Error(`The gateway could not feed the runner: ${response.status}`);
  return await response.json();
}

function socketsText(sockets: number): string {
  return sockets === 1 ? "1 socket" : `${sockets.toLocaleString("en").replace(",", " ")} sockets`;
}
