/** Between runner and gateway something breaks; both processes live on. */
import type { World } from "../world.ts";
import { type Fault, inPlay, passed } from "./fault.ts";
import { answers, closing, exact, stopwatch } from "./watch.ts";

const PLAIN = "/?hibernate=0";
/** How long nobody can connect. The reference runner tries again after a second. */
const AWAY_MS = 800;
const MESSAGES = 20;

export const tunnel: readonly Fault[] = [
  {
    name:
      `tunnel cut for ${AWAY_MS} ms, ${MESSAGES} messages sent meanwhile, hibernatable socket; ` +
      "from the reconnect",
    bound: { saw: new RegExp(`^${MESSAGES} of ${MESSAGES} answered$`), withinMs: 1_000 },
    waits: "Rivet Engine",
    async run(world) {
      const { cable, runner, client } = await cabled(world);
      cable.down();
      for (let i = 0; i < MESSAGES; i++) client.send("inc");
      await passed(AWAY_MS);
      cable.mend();
      await runner.connected(2);
      return exact(await answers(client, MESSAGES, stopwatch()));
    },
  },
  {
    name: `tunnel cut for ${AWAY_MS} ms, plain socket`,
    bound: { saw: /^closed 1012 guard\.tunnel_lost$/, withinMs: 1_000 },
    waits: "Rivet Engine",
    async run(world) {
      const { cable, runner, client } = await cabled(world, PLAIN);
      const since = stopwatch();
      cable.down();
      client.send("inc");
      const reconnected = passed(AWAY_MS).then(() => cable.mend()).then(() => runner.connected(2));
      const sight = exact(await answers(client, 1, since));
      await reconnected;
      return sight;
    },
  },
  {
    name: "tunnel half-open (it carries nothing, and no end is told), hibernatable socket",
    bound: { saw: /^answered$/, withinMs: 19_000 },
    waits: "everywhere",
    async run(world) {
      const { cable, client } = await cabled(world);
      const since = stopwatch();
      cable.strand();
      client.send("inc");
      return exact(await answers(client, 1, since));
    },
  },
  {
    name: "tunnel half-open, plain socket",
    bound: { saw: /^closed 1012 guard\.tunnel_lost$/, withinMs: 19_000 },
    waits: "everywhere",
    async run(world) {
      const { cable, client } = await cabled(world, PLAIN);
      const since = stopwatch();
      cable.strand();
      client.send("inc");
      return await closing(client, since);
    },
  },
];

async function cabled(world: World, path = "/") {
  const cable = world.cable();
  return { cable, ...await inPlay(world, { path, endpoint: cable.endpoint }) };
}
