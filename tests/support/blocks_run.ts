import { Session } from "node:inspector";

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

const session = new Session();
session.connect();
await ask("Profiler.enable");
// Here, before what is counted has run for the first time: V8 counts blocks in what it compiles from
// now on, and of what it has compiled already only the calls.
await startCounting();

/**
 * How often the blocks of the modules that `isCounted` names run during `run`, as V8's precise
 * coverage counts them: a loop over what is kept shows at once, on any machine and under any load.
 */
export async function blocksRun(
  isCounted: (url: string) => boolean,
  run: () => void | Promise<void>,
): Promise<number> {
  // Again: V8 gives its optimised code up then, in which calls that it has inlined do not count.
  await startCounting();
  await ask("Profiler.takePreciseCoverage");
  await run();
  const { result } = await ask("Profiler.takePreciseCoverage");
  return result
    .filter(({ url }) => isCounted(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}

function startCounting(): Promise<Coverage> {
  return ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
}

function ask(method: string, params?: object): Promise<Coverage> {
  return new Promise((resolve, reject) =>
    session.post(
      method,
      params,
      (error: Error | null, result?: object) => error ? reject(error) : resolve(result as Coverage),
    )
  );
}
