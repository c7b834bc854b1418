import { type Cut, planOf } from "./plan.ts";
import type { Outcome } from "./run.ts";

/** Runs of the seed that one shrinking may cost. */
const TRIES = 300;

/**
 * Looks for less that breaks the same promise: first with fewer faults, then with fewer messages.
 *
 * @param play Plays the seed, cut so far.
 */
export async function shrink(
  broken: Outcome,
  play: (seed: number, cut: Cut) => Promise<Outcome>,
): Promise<{ readonly cut: Cut; readonly outcome: Outcome }> {
  let tries = TRIES;
  let best: { cut: Cut; outcome: Outcome } = { cut: {}, outcome: broken };
  const isBroken = async (cut: Cut): Promise<boolean> => {
    if (tries-- <= 0) return false;
    const outcome = await play(broken.seed, cut);
    if (outcome.broken?.promise !== broken.broken!.promise) return false;
    best = { cut, outcome };
    return true;
  };

  let faults = planOf(broken.seed).faults.map(({ number }) => number);
  for (let size = faults.length; size >= 1 && tries > 0; size = Math.floor(size / 2)) {
    for (let at = 0; at < faults.length;) {
      const fewer = [...faults.slice(0, at), ...faults.slice(at + size)];
      if (await isBroken({ faults: fewer })) faults = fewer;
      else at += size;
    }
  }
  let messages = broken.messages;
  for (let step = Math.ceil(messages / 2); step >= 1 && tries > 0;) {
    const fewer = messages - step;
    if (fewer >= 0 && await isBroken({ faults, messages: fewer })) messages = fewer;
    else step = step === 1 ? 0 : Math.ceil(step / 2);
  }
  return best;
}

/** The command that plays it again, exactly. */
export function replayLine(seed: number, { faults, messages }: Cut): string {
  const parts = [`deno task sim --seed ${seed}`];
  if (faults !== undefined) parts.push(`--faults ${faults.length === 0 ? "none" : faults.join()}`);
  if (messages !== undefined) parts.push(`--messages ${messages}`);
  return parts.join(" ");
}
