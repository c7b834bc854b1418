/** A runner's process is gone at once, without a word. */
import type { World } from "../world.ts";
import { type Fault, inPlay, passed } from "./fault.ts";
import { answer, answers, closing, exact, PATIENCE_MS, stopwatch } from "./watch.ts";

export const killed: readonly Fault[] = [
  {
    name: "runner killed as the client of a sleeping actor sends, none left",
    bound: { saw: /^closed 1011 guard\.actor_ready_timeout$/, withinMs: 34_000 },
    waits: "everywhere",
    async run(world) {
      const { runner, id, client } = await inPlay(world);
      await world.sleep(id, client);
      const since = stopwatch();
      await Promise.all([runner.kill(), client.send("inc")]);
      return exact(await answers(client, 1, since));
    },
  },
  {
    name: "the same, and a new runner is started after 3 s",
    bound: { saw: /^answered$/, withinMs: 6_000 },
    waits: "everywhere",
    async run(world) {
      const { runner, id, client } = await inPlay(world);
      await world.sleep(id, client);
      const since = stopwatch();
      await Promise.all([runner.kill(), client.send("inc")]);
      const next = passed(3_000).then(() => world.runner());
      const sight = exact(await answers(client, 1, since));
      await next;
      return sight;
    },
  },
  {
    name: "runner killed, another is there, hibernatable socket",
    bound: { saw: /^answered$/, withinMs: 5_000 },
    waits: "everywhere",
    async run(world) {
      const { runner, client } = await inPlay(world);
      await world.runner();
      const since = stopwatch();
      await runner.kill();
      client.send("inc");
      return exact(await answers(client, 1, since));
    },
  },
  {
    name: "runner killed, plain socket",
    bound: { saw: /^closed 1012 guard\.tunnel_lost$/, withinMs: 1_000 },
    waits: "Rivet Engine",
    async run(world) {
      const { runner, client } = await inPlay(world, { path: "/?hibernate=0" });
      const since = stopwatch();
      await runner.kill();
      client.send("inc");
      return await closing(client, since);
    },
  },
  {
    name: "runner killed during a GET, none left",
    bound: { saw: /^503 guard\.tunnel_lost$/, withinMs: 6_000 },
    waits: "everywhere",
    async run(world) {
      const { runner, id } = await inPlay(world);
      const response = request(world, id, "/wait/50000");
      await passed(300);
      const since = stopwatch();
      await runner.kill();
      return await answer(response, since);
    },
  },
  {
    name: "runner killed during a GET, another is there",
    bound: { saw: /^200$/, withinMs: 6_000 },
    waits: "everywhere",
    async run(world) {
      const { runner, id } = await inPlay(world);
      await world.runner();
      const response = request(world, id, "/wait/500");
      await passed(300);
      const since = stopwatch();
      await runner.kill();
      return await answer(response, since);
    },
  },
  {
    name: "runner killed during a POST, none left",
    bound: { saw: /^503 guard\.tunnel_lost$/, withinMs: 1_000 },
    waits: "Rivet Engine",
    async run(world) {
      const { runner, id } = await inPlay(world);
      const response = request(world, id, "/wait/50000", "POST");
      await passed(300);
      const since = stopwatch();
      await runner.kill();
      return await answer(response, since);
    },
  },
];

function request(world: World, id: string, path: string, method = "GET"): Promise<Response> {
  return world.fetch(id, path, { method, signal: AbortSignal.timeout(2 * PATIENCE_MS) });
}
