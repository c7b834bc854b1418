/** Contenders that take turns, all of them running all the time. */
import type { Contender, Served } from "../contenders.ts";

/** Who is measured, and how its figures are called. */
export interface Turn<How> {
  readonly contender: Contender;
  readonly name: string;
  readonly how: How;
}

/** Starts each contender once, however many turns it has; the turns are called in their order. */
export async function withContenders<How>(
  turns: readonly Turn<How>[],
  play: (running: readonly (Turn<How> & { readonly served: Served })[]) => Promise<void>,
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const running = new Map<Contender, Served>();
  for (const { contender } of turns) {
    if (!running.has(contender)) running.set(contender, stack.use(await contender.start()));
  }
  await play(turns.map((turn) => ({ ...turn, served: running.get(turn.contender)! })));
}
