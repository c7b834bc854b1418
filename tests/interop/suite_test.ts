/**
 * Every scenario in every pairing. They are played beside each other, begun by the first test; each
 * test waits for its own. Where the engine cannot be had, its pairings are ignored, and it is said.
 */
import { fail } from "@std/assert";
import { rivetEngine } from "./engine.ts";
import { compatRunner } from "./runners.ts";
import { type Instead, insteadOf, isSlow, type Scenario } from "./scenario.ts";
import { SECTIONS } from "./scenarios/mod.ts";
import { engineIsMissing, nameOf, type Outcome, pairingsOf, Suite } from "./suite.ts";
import type { Pairing } from "./world.ts";

interface Play {
  readonly scenario: Scenario;
  readonly pairing: Pairing;
}

const missing = await engineIsMissing();
if (missing !== undefined) console.error(`${missing}: its pairings are left out`);

const suite = new Suite({ atOnce: 8 });
const plays: Play[] = SECTIONS.flatMap((section) =>
  section.scenarios.flatMap((scenario) =>
    pairingsOf(section)
      .filter(({ gateway }) => !isSlow(scenario, gateway.name))
      .filter((pairing) => !isLeftOut(scenario, pairing))
      .map((pairing) => ({ scenario, pairing }))
  )
);
let outcomes: Map<Play, Promise<Outcome>> | undefined;

/** What takes longest begins first. */
function begin(): Map<Play, Promise<Outcome>> {
  const playable = plays.filter(({ pairing }) => !isMissing(pairing));
  const isLong = ({ scenario }: Play): boolean =>
    scenario.ownRunner === true || scenario.ownGateway !== undefined;
  const ordered = [...playable.filter(isLong), ...playable.filter((play) => !isLong(play))];
  return new Map(ordered.map((play) => [play, suite.play(play.pairing, play.scenario)]));
}

for (const play of plays) {
  const { scenario, pairing } = play;
  const instead = insteadOf(scenario, pairing.runner.name, pairing.gateway.name);
  const what = instead === undefined ? scenario.name : `not: ${scenario.name}`;
  Deno.test({
    name: `${nameOf(pairing)}: ${what}`,
    ignore: isMissing(pairing),
    // What is shared lives longer than one test.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      outcomes ??= begin();
      let { failure } = await outcomes.get(play)!;
      if (instead?.sometimes) return;
      if (isUnexpected(failure, instead)) failure = await onceMore(play);
      if (!isUnexpected(failure, instead)) return;
      throw failure ?? fail(`It holds, where this was seen instead: ${instead!.does}`);
    },
  });
}

function isUnexpected(failure: Error | null, instead: Instead | undefined): boolean {
  return (failure === null) !== (instead === undefined);
}

/**
 * Alone, on a gateway and a runner of its own: an engine that hangs takes along all that is played on
 * it, and a machine that does something else breaks what has a time.
 */
async function onceMore({ pairing, scenario }: Play): Promise<Error | null> {
  console.error(`Played once more: ${nameOf(pairing)}: ${scenario.name}`);
  await using alone = new Suite({ atOnce: 1 });
  const { failure } = await alone.play(pairing, scenario);
  return failure;
}

Deno.test.afterAll(() => suite[Symbol.asyncDispose]());

/** The compat Runner shares its tunnel with Dormouse's: what that does at a fault is played once. */
function isLeftOut(scenario: Scenario, { runner, gateway }: Pairing): boolean {
  return runner === compatRunner && (scenario.ownRunner === true || gateway === rivetEngine);
}

function isMissing({ gateway }: Pairing): boolean {
  return missing !== undefined && gateway === rivetEngine;
}
