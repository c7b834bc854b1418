/**
 * The whole path, played at random: the real gateway and runners with everything between, on a
 * virtual clock, while cables are cut and processes killed. `DORMOUSE_SIMULATION_RUNS` and
 * `DORMOUSE_SIMULATION_SEED` make it longer and different.
 */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { capabilities, CURRENT_VERSION, SUPPORTED_VERSIONS } from "../../lib/protocol/mod.ts";
import { ACTORS, RUNNERS, type Step, type Weather, WholePath } from "./whole_path.ts";

const RUNS = Number(Deno.env.get("DORMOUSE_SIMULATION_RUNS") ?? 150);
const SEED = Number(Deno.env.get("DORMOUSE_SIMULATION_SEED") ?? 1);

const of = <const Name extends Step["do"]>(name: Name) => fc.constant(name);
const actor = fc.nat(ACTORS - 1);
const runner = fc.nat(RUNNERS - 1);
const client = fc.nat(9);
const ms = (max: number) => fc.integer({ min: 1, max });

/** Weighted so that there is something in flight whenever something breaks. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: of("say"),
      client,
      times: fc.integer({ min: 1, max: 4 }),
      slow: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: of("wait"), ms: ms(40) }) },
  { weight: 3, arbitrary: fc.record({ do: of("wait"), ms: ms(900) }) },
  { weight: 6, arbitrary: fc.record({ do: of("ticks"), count: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 3, arbitrary: fc.record({ do: of("open"), actor, hibernates: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: of("leave"), client }) },
  { weight: 3, arbitrary: fc.record({ do: of("hibernate"), actor }) },
  { weight: 1, arbitrary: fc.record({ do: of("wake"), actor }) },
  { weight: 1, arbitrary: fc.record({ do: of("request"), actor }) },
  { weight: 3, arbitrary: fc.record({ do: of("cut"), runner }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: of("halfCut"),
      runner,
      first: fc.constantFrom("runner", "gateway"),
      ms: ms(4_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: of("outage"), runner, ms: ms(5_000) }) },
  { weight: 2, arbitrary: fc.record({ do: of("kill"), runner, ms: ms(4_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: of("freeze"),
      runner,
      // The opening of a socket may take 15 s.
      ms: ms(8_000),
      first: fc.constantFrom("timers", "frames"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: of("shutdown"), runner }) },
);

/** Those that acknowledge, half of them the current one. */
const version = fc.oneof(
  fc.constant(CURRENT_VERSION),
  fc.constantFrom(...SUPPORTED_VERSIONS.filter((version) => capabilities(version).messageAck)),
);

const weather: fc.Arbitrary<Weather> = fc.record({
  seed: fc.nat(),
  firstMessageIndex: fc.constantFrom(0, 32_760, 65_530),
  tunnelLagMs: fc.constantFrom(0, 1, 10, 60),
  storeLagMs: fc.constantFrom(0, 0, 5, 50, 1_000),
  sleepy: fc.boolean(),
  versions: fc.array(version, { minLength: RUNNERS, maxLength: RUNNERS }),
});

async function play(weather: Weather, steps: readonly Step[]): Promise<WholePath> {
  const path = await WholePath.begin(weather);
  for (const each of steps) await path.play(each);
  await path.settle();
  await path.end();
  return path;
}

Deno.test("whole path: every message counts once, and no socket is left open and dead", async () => {
  await fc.assert(
    fc.asyncProperty(
      weather,
      fc.array(step, { maxLength: 100, size: "max" }),
      async (weather, steps) => {
        await play(weather, steps);
      },
    ),
    { seed: SEED, numRuns: RUNS },
  );
});

/** What is short enough that nobody gives a runner up. */
const cutShort = step.filter((it) => it.do !== "kill" && it.do !== "outage" && it.do !== "shutdown")
  .map((it) => it.do === "halfCut" || it.do === "freeze" ? { ...it, ms: it.ms % 500 } : it);

Deno.test("whole path: a runner that comes back in time loses no message and no answer", async () => {
  await fc.assert(
    fc.asyncProperty(
      weather,
      fc.array(cutShort, { maxLength: 100, size: "max" }),
      async (weather, steps) => {
        const path = await play(weather, steps);
        assert(!path.gaveUp, "a runner was given up");
        assertEquals(path.missing, 0);
      },
    ),
    { seed: SEED, numRuns: RUNS },
  );
});

/** Longer ones cost answers only where a runner was given up. */
Deno.test("whole path: cuts lose no message, and no answer of a runner that is kept", async () => {
  let missing = 0;
  let answered = 0;
  const mild = step.filter((it) => it.do !== "kill" && it.do !== "outage");
  await fc.assert(
    fc.asyncProperty(
      weather,
      fc.array(mild, { maxLength: 100, size: "max" }),
      async (weather, steps) => {
        const path = await play(weather, steps);
        missing += path.missing;
        for (const client of path.clients) answered += client.answered.length;
      },
    ),
    { seed: SEED, numRuns: Math.ceil(RUNS / 3) },
  );
  if (Deno.env.has("DORMOUSE_SIMULATION_RUNS")) {
    console.log(`${answered} answers came, ${missing} were missing`);
  }
});
