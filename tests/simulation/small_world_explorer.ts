import type { Choice } from "./small_world_wire.ts";

/** A world that can be begun anew, and then is the same again. */
export interface Explorable {
  /** What can happen next. Names tell them apart, and the same state has the same names. */
  readonly choices: readonly Choice[];
  /** Lets one of them happen, and all that follows from it at once. */
  take(choice: Choice): Promise<void>;
  /** All that can be seen of its state. */
  digest(): Promise<string>;
  /** Throws where something is wrong that must never be. */
  check(): Promise<void>;
  /** Nothing can happen any more but time: throws where something is wrong that must be in the end. */
  end(): Promise<void>;
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** States in which nothing can happen any more. */
  readonly ends: number;
  /** Ways from the beginning to an end. */
  readonly interleavings: bigint;
  /** Worlds that were begun. */
  readonly runs: number;
  readonly longest: number;
}

/** A state, with what leads to it and from it as far as it is known. */
interface State {
  readonly id: number;
  readonly next: Map<string, State>;
  /** States before it, each with what led from there to here. */
  readonly before: (readonly [Step, State])[];
}

/** What is kept of a choice: the rest of it holds a whole world. */
type Step = Pick<Choice, "name" | "where">;

interface Branch {
  readonly from: State;
  readonly choice: Step;
  readonly path: readonly string[];
}

export interface ExploreOptions {
  /**
   * Takes every choice in every state. Else a choice is not taken again that commutes with one that
   * was taken both before and after it: where that leads is known.
   */
  readonly everyTransition?: boolean;
}

/**
 * Walks everything that can happen, depth first, without remembering a world: each branch begins one
 * anew and takes the same way to it. A state that was seen before is not gone on from. Throws at the
 * first fault, with the way that led to it.
 */
export async function explore(
  begin: () => Promise<Explorable>,
  { everyTransition = false }: ExploreOptions = {},
): Promise<Exploration> {
  const known = new Map<string, State>();
  const branches: Branch[] = [];
  const knownNext = (state: State, choice: Step): State | undefined =>
    everyTransition ? undefined : commuted(state, choice);
  let runs = 0;
  let ends = 0;
  let longest = 0;

  /** Goes on from where the path has led until nothing new comes. */
  const walk = async (world: Explorable, path: string[], last: Branch | null): Promise<State> => {
    let first: State | undefined;
    for (;;) {
      const digest = await world.digest();
      const seen = known.get(digest);
      const state = seen ?? { id: known.size, next: new Map(), before: [] };
      first ??= state;
      if (last !== null) connect(last.from, last.choice, state);
      if (seen !== undefined) return first;
      known.set(digest, state);
      await world.check();
      longest = Math.max(longest, path.length);
      const { choices } = world;
      if (choices.length === 0) {
        ends++;
        await world.end();
        return first;
      }
      const open = choices.filter((choice) => {
        const next = knownNext(state, choice);
        if (next !== undefined) connect(state, choice, next);
        return next === undefined;
      });
      const [choice, ...others] = open;
      if (choice === undefined) return first;
      for (const { name, where } of others.reverse()) {
        branches.push({ from: state, choice: { name, where }, path: [...path, name] });
      }
      last = { from: state, choice, path };
      path.push(choice.name);
      await world.take(choice);
    }
  };

  let branch: Branch | null = null;
  let root: State | undefined;
  do {
    const next: State | undefined = branch === null
      ? undefined
      : knownNext(branch.from, branch.choice);
    if (branch !== null && next !== undefined) {
      connect(branch.from, branch.choice, next);
    } else {
      const path = [...branch?.path ?? []];
      runs++;
      try {
        const world = await begin();
        for (const name of path) await follow(world, name);
        const state = await walk(world, path, branch);
        root ??= state;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`${why}\nafter:\n  ${path.join("\n  ")}`, { cause: error });
      }
    }
    branch = branches.pop() ?? null;
  } while (branch !== null);

  const states = [...known.values()];
  return {
    states: states.length,
    transitions: states.reduce((sum, { next }) => sum + next.size, 0),
    ends,
    interleavings: waysFrom(root!, new Map()),
    runs,
    longest,
  };
}

function connect(from: State, { name, where }: Step, to: State): void {
  from.next.set(name, to);
  to.before.push([{ name, where }, from]);
}

/** Where the choice leads, if it was taken before the last one and the last one after it. */
function commuted(state: State, choice: Step): State | undefined {
  for (const [last, before] of state.before) {
    if (!isIndependent(last, choice)) continue;
    const next = before.next.get(choice.name)?.next.get(last.name);
    if (next !== undefined) return next;
  }
  return undefined;
}

/** Whether both orders lead to the same: they happen in different processes, and move no clock. */
function isIndependent(a: Step, b: Step): boolean {
  return a.where !== null && b.where !== null && a.where !== b.where;
}

async function follow(world: Explorable, name: string): Promise<void> {
  const choice = world.choices.find((one) => one.name === name);
  if (choice === undefined) throw new Error(`It is not the same again: no "${name}"`);
  await world.take(choice);
}

/** How many ways lead from the state to an end. Throws where one leads back to it. */
function waysFrom(state: State, ways: Map<State, bigint | null>): bigint {
  const known = ways.get(state);
  if (known === null) throw new Error("Something can go on for ever");
  if (known !== undefined) return known;
  ways.set(state, null);
  let sum = state.next.size === 0 ? 1n : 0n;
  for (const next of state.next.values()) sum += waysFrom(next, ways);
  ways.set(state, sum);
  return sum;
}
