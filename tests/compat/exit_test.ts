import { assertEquals } from "@std/assert";
import { until } from "../support/system.ts";

interface Ending {
  readonly output: string;
  readonly code: number;
  readonly signal: Deno.Signal | null;
}

/** Runs the program; sends it one signal for each line that it prints. */
async function run(args: string[], signals: readonly Deno.Signal[] = []): Promise<Ending> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", `${import.meta.dirname}/exit_child.ts`, ...args],
    stdout: "piped",
  }).spawn();
  let output = "";
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) output += text;
  })();
  for (const [i, signal] of signals.entries()) {
    await until("it says so", () => output.split("\n").length > i + 1);
    child.kill(signal);
  }
  const { code, signal } = await child.status;
  await reading;
  return { output, code, signal };
}

Deno.test("shutdown(…, true) ends the process with 0", async () => {
  assertEquals(await run(["exit"]), { output: "started\nshut down\n", code: 0, signal: null });
});

Deno.test("the first SIGTERM shuts the runner down, the next ends the process", async () => {
  const { output, signal } = await run([], ["SIGTERM", "SIGTERM"]);
  assertEquals([output, signal], ["started\nshut down\n", "SIGTERM"]);
});

Deno.test("noAutoShutdown leaves SIGTERM alone", async () => {
  const { output, signal } = await run(["no-auto"], ["SIGTERM"]);
  assertEquals([output, signal], ["started\n", "SIGTERM"]);
});
