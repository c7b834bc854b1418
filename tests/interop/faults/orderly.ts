/** Nothing breaks here: what ends is meant to, or need not end at all. */
import { type Fault, inPlay } from "./fault.ts";
import { answers, closing, exact, stopwatch } from "./watch.ts";

const PENDING_BYTES = 10_000;
const MESSAGE_BYTES = 1_000;
const MESSAGES = 100;

export const orderly: readonly Fault[] = [
  {
    name: "runner drained, another is there; from the next message",
    bound: { saw: /^answered$/, withinMs: 1_000 },
    waits: "nowhere",
    async run(world) {
      const { runner, client } = await inPlay(world);
      await world.runner();
      await runner.drain();
      const since = stopwatch();
      client.send("inc");
      return exact(await answers(client, 1, since));
    },
  },
  {
    name: `${MESSAGES} messages of 1 kB, each answered before the next, at most 10 kB pending`,
    ownGateway: { pendingBytes: PENDING_BYTES },
    bound: { saw: /^100 of 100 answered$/, withinMs: 5_000 },
    waits: "nowhere",
    async run(world) {
      const { client } = await inPlay(world);
      const since = stopwatch();
      for (let i = 0; i < MESSAGES; i++) {
        client.send(`${i}`.padEnd(MESSAGE_BYTES, "."));
        const { saw } = await answers(client, 1, since);
        if (saw !== "answered") {
          return { saw: `${i} of ${MESSAGES} answered, ${saw}`, ms: since.ms };
        }
      }
      return { saw: `${MESSAGES} of ${MESSAGES} answered`, ms: since.ms };
    },
  },
  {
    name: "client closes while its actor sleeps",
    bound: { saw: /^closed 4001 bye$/, withinMs: 1_000 },
    waits: "nowhere",
    async run(world) {
      const { id, client } = await inPlay(world);
      await world.sleep(id, client);
      const since = stopwatch();
      void client.close(4001, "bye");
      return await closing(client, since);
    },
  },
  {
    name: "the same, and no runner is left",
    bound: { saw: /^closed 4001 bye$/, withinMs: 1_000 },
    waits: "Rivet Engine",
    async run(world) {
      const { runner, id, client } = await inPlay(world);
      await world.sleep(id, client);
      await runner.kill();
      const since = stopwatch();
      void client.close(4001, "bye");
      return await closing(client, since);
    },
  },
];
