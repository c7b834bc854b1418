import { Broken } from "./checker.ts";
import { type Cut, planOf } from "./plan.ts";
import { Random } from "./random.ts";
import { inSandbox } from "./sandbox.ts";
import { World } from "./world.ts";

/** What came of one seed. */
export interface Outcome {
  readonly seed: number;
  readonly digest: string;
  readonly messages: number;
  readonly faults: number;
  readonly steps: number;
  /** The promise that was broken, and how; `null` when all held. */
  readonly broken: { readonly promise: string; readonly detail: string } | null;
}

/** Plays what a seed means, or a part of it. */
export async function run(
  seed: number,
  cut: Cut = {},
  options: { trace?: (line: string) => void; ticks?: number } = {},
): Promise<Outcome> {
  const plan = planOf(seed, cut);
  const world = new World(plan, options);
  const uncaught = (error: unknown): void => {
    world.checker.fail(
      "no error is uncaught",
      error instanceof Error ? `${error.stack}` : `${error}`,
    );
  };
  try {
    const garbage = new Random(seed, "garbage");
    await inSandbox(() => world.play(), {
      onError: uncaught,
      isCollected: () => garbage.chance(0.3),
    });
  } catch (error) {
    if (!(error instanceof Broken)) uncaught(error);
  }
  const { failure } = world.checker;
  return {
    seed,
    digest: world.digest.toString(),
    messages: plan.messages,
    faults: plan.faults.length,
    steps: world.executor.steps,
    broken: failure instanceof Broken ? { promise: failure.promise, detail: failure.detail } : null,
  };
}
