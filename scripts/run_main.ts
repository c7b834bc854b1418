/** Runs the program with the permissions it needs and no more. */

/** Deno's arguments: what `main.ts` may do. */
export function mainArguments(root: string, dataDir: string): string[] {
  return [
    "run",
    // What it may not do it does without: packages probe for optional parts far outside of here.
    "--no-prompt",
    // V8 allocates as old what has outlived a few collections, for good, and decides so in the first
    // second, when the young generation is small. Messages that wait for their commit look old then:
    // later each of them costs a full collection its share, and whatever it holds is copied.
    "--v8-flags=--no-allocation-site-pretenuring",
    // Gateway and dashboard listen, and a runner connects, where the settings say.
    "--allow-net",
    "--allow-env",
    `--allow-read=${root},${dataDir}`,
    `--allow-write=${dataDir}`,
    `${root}/main.ts`,
  ];
}

/** The command that runs `main.ts`, with `env` besides this process's own environment. */
export function mainCommand(
  root: string,
  env: Record<string, string> = {},
): Deno.Command {
  const [run, ...rest] = mainArguments(root, Deno.env.get("DORMOUSE_DATA_DIR") ?? ".dormouse");
  return new Deno.Command(Deno.execPath(), {
    args: [run!, ...rest, ...Deno.args],
    env,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  });
}

/**
 * Waits for a child, passing on to it the signals that come here, and gives back its exit code.
 * A terminal's Ctrl+C reaches parent and child alike: the parent only has to outlive the child.
 */
export async function attend(child: Deno.ChildProcess): Promise<number> {
  const listeners = (["SIGTERM", "SIGINT", "SIGHUP"] as const).map((signal) => {
    const listener = () => {
      if (signal === "SIGINT" && Deno.stdin.isTerminal()) return;
      try {
        child.kill(signal);
      } catch {
        // It has just ended.
      }
    };
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  const { code } = await child.status;
  for (const remove of listeners) remove();
  return code;
}
