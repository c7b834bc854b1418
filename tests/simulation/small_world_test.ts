import { assert, assertEquals } from "@std/assert";
import { type Deed, type Plan, SmallWorld } from "./small_world.ts";
import { type Exploration, explore } from "./small_world_explorer.ts";
import { SMALL_WORLD_MUTANTS } from "./small_world_mutants.ts";

/** `SMALL_WORLD=large` walks the worlds that take minutes too. */
const IS_LARGE = Deno.env.get("SMALL_WORLD") === "large";

const PLAN: Omit<Plan, "scripts"> = {
  firstMessageIndex: 0,
  runners: 1,
  runnerLostThresholdMs: 3_000,
  firstRetryMs: 100,
};
/** The gateway gives a runner up among the events, not long after them. */
const SOON_LOST = { runners: 2, runnerLostThresholdMs: 300 } as const;
const TWICE: readonly Deed[] = ["say", "say"];
const NAP: readonly Deed[] = ["hibernate", "wake"];

interface Walk {
  readonly title: string;
  readonly plan: Plan;
  /** A world that shrinks in silence proves nothing: at least so many states and interleavings. */
  readonly states: number;
  readonly interleavings: bigint;
  readonly isLarge?: boolean;
}

const WALKS: readonly Walk[] = [
  {
    // Nobody wakes it but a message.
    title: "two messages and a hibernation",
    plan: { ...PLAN, scripts: [TWICE, ["hibernate"]] },
    states: 100,
    interleavings: 150n,
  },
  {
    title: "two messages and a killed runner",
    plan: { ...PLAN, ...SOON_LOST, scripts: [TWICE, ["kill"]] },
    states: 500,
    interleavings: 1_000n,
  },
  {
    title: "two messages and a cut that outlasts the gateway's patience",
    plan: { ...PLAN, ...SOON_LOST, scripts: [TWICE, ["cut"]], firstRetryMs: 900 },
    states: 300,
    interleavings: 1_000n,
  },
  {
    title: "two messages, a hibernation, a wake and a cut, across the wrap of the index",
    plan: { ...PLAN, scripts: [TWICE, NAP, ["cut"]], firstMessageIndex: 65_534 },
    states: 10_000,
    interleavings: 100_000_000n,
  },
  {
    title: "two messages, a hibernation, a wake and a cut",
    plan: { ...PLAN, scripts: [TWICE, NAP, ["cut"]] },
    states: 10_000,
    interleavings: 100_000_000n,
    isLarge: true,
  },
  {
    title: "two messages, a hibernation and a cut",
    plan: { ...PLAN, scripts: [TWICE, ["hibernate"], ["cut"]] },
    states: 1_000,
    interleavings: 1_000_000n,
    isLarge: true,
  },
  {
    title: "two messages, a hibernation, a wake and a killed runner",
    plan: { ...PLAN, ...SOON_LOST, scripts: [TWICE, NAP, ["kill"]] },
    states: 10_000,
    interleavings: 1_000_000n,
    isLarge: true,
  },
  {
    title: "two messages, a hibernation, a wake and a cut that outlasts the gateway's patience",
    plan: { ...PLAN, ...SOON_LOST, scripts: [TWICE, NAP, ["cut"]], firstRetryMs: 900 },
    states: 5_000,
    interleavings: 1_000_000n,
    isLarge: true,
  },
  {
    title: "two messages, a hibernation and two cuts",
    plan: { ...PLAN, scripts: [TWICE, ["hibernate"], ["cut", "cut"]] },
    states: 5_000,
    interleavings: 1_000_000n,
    isLarge: true,
  },
  {
    title: "a message, a hibernation, a wake and a cut, in every order",
    plan: { ...PLAN, scripts: [["say"], NAP, ["cut"]], everyOrder: true },
    states: 5_000,
    interleavings: 1_000_000_000n,
    isLarge: true,
  },
];

for (const { title, plan, states, interleavings, isLarge = false } of WALKS) {
  Deno.test({
    name: `small world: ${title}: whatever the order, each message once, acked once durable`,
    ignore: isLarge && !IS_LARGE,
    fn: async () => {
      const walked = await explore(() => SmallWorld.begin(plan));
      console.log(sentence(title, walked));
      assert(walked.states >= states, `only ${walked.states} states, ${states} at least`);
      assert(walked.interleavings >= interleavings, `only ${walked.interleavings} interleavings`);
    },
  });
}

Deno.test("small world: what is not walked again is what the whole walk finds", async () => {
  const plan: Plan = { ...PLAN, scripts: [["say"], ["cut"]] };
  const everyOrder = () => SmallWorld.begin({ ...plan, everyOrder: true });
  const { runs, ...short } = await explore(everyOrder);
  const { runs: allRuns, ...whole } = await explore(everyOrder, { everyTransition: true });
  assertEquals(short, whole);
  assert(runs < allRuns, `${runs} runs, ${allRuns} without the shortcut`);
  // Orders that make no difference lead to no other end.
  const ample = await explore(() => SmallWorld.begin(plan));
  assertEquals(ample.ends, whole.ends);
  assert(ample.states < whole.states);
});

Deno.test("small world: every fault that it is known to find stands once in its file", async () => {
  assert(SMALL_WORLD_MUTANTS.length >= 5);
  for (const { file, find, replace } of SMALL_WORLD_MUTANTS) {
    const text = await Deno.readTextFile(new URL(`../../${file}`, import.meta.url));
    assertEquals(text.split(find).length, 2, `${file}: ${find}`);
    assert(find !== replace);
  }
});

function sentence(title: string, walked: Exploration): string {
  const { states, transitions, interleavings, ends, runs } = walked;
  return `${title}: ${interleavings} interleavings, ${states} states, ${transitions} transitions, ` +
    `${ends} ends, in ${runs} runs`;
}
