import { Session } from "node:inspector";

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

/**
 * How often the blocks of the modules that `isCounted` names run during `run`, as V8's precise
 * coverage counts them: a loop over what is kept shows at once, on any machine and under any load.
 */
export async function blocksRun(
  isCounted: (url: string) => boolean,
  run: () => void | Promise<void>,
): Promise<number> {
  const session = new Session();
  session.connect();
  const ask = (method: string, params?: object): Promise<Coverage> =>
    new Promise((resolve, reject) =>
      session.post(
        method,
        params,
        (error: Error | null, result?: object) =>
          error ? reject(error) : resolve(result as Coverage),
      )
    );
  await ask("Profiler.enable");
  await ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  await ask("Profiler.takePreciseCoverage");
  await run();
  const { result } = await ask("Profiler.takePreciseCoverage");
  await ask("Profiler.stopPreciseCoverage");
  session.disconnect();
  return result
    .filter(({ url }) => isCounted(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}
