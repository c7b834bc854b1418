/** The gateway's process is gone at once, and started again on the same data. */
import type { Client } from "../../support/client.ts";
import { type Fault, inPlay, passed } from "./fault.ts";
import { closeOf, PATIENCE_MS, stopwatch } from "./watch.ts";

export const gateway: readonly Fault[] = [
  {
    name: "gateway killed and started again; until a new socket is answered from the kept state",
    ownGateway: {},
    bound: { saw: /^old socket closed without a frame, new one answered$/, withinMs: 6_000 },
    waits: "nowhere",
    async run(world) {
      const { id, client } = await inPlay(world);
      // So that whoever answers before it writes has written.
      await passed(500);
      const since = stopwatch();
      const started = world.gateway.restart();
      const told = Promise.race([
        closeOf(client).then((close) => `closed ${close}`),
        passed(10_000),
      ]);
      const old = `old socket ${await told ?? "open and dead"}`;
      await started;
      while (since.ms < PATIENCE_MS) {
        const count = await tried(() => world.open(id));
        if (count === `{"count":2}`) return { saw: `${old}, new one answered`, ms: since.ms };
        if (count !== undefined) return { saw: `${old}, new one told ${count}`, ms: since.ms };
        await passed(20);
      }
      return { saw: `${old}, no new one answered`, ms: null };
    },
  },
];

async function tried(open: () => Promise<Client>): Promise<unknown> {
  try {
    const client = await open();
    return await Promise.race([client.ask("inc"), passed(5_000)]);
  } catch {
    // Not yet.
    return undefined;
  }
}
