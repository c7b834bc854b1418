/** What a run was made on. */
import { ENGINE_VERSION } from "../tests/interop/engine_binary.ts";
import manifest from "../deno.json" with { type: "json" };
import type { Machine } from "./results.ts";

export function describeMachine(): Machine {
  return {
    cpu: /model name\s*:\s*(.*)/.exec(readText("/proc/cpuinfo"))?.[1] ?? Deno.build.arch,
    cores: navigator.hardwareConcurrency,
    memoryGiB: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    os: `${Deno.build.os} ${Deno.osRelease()}`,
  };
}

export function describeVersions(): Record<string, string> {
  return {
    Dormouse: manifest.version,
    Deno: Deno.version.deno,
    V8: Deno.version.v8,
    "Rivet Engine": ENGINE_VERSION,
    "@rivetkit/engine-runner": manifest.imports["@rivetkit/engine-runner"].split("@").at(-1)!,
    "@rivetkit/engine-runner-protocol": manifest.imports["@rivetkit/engine-runner-protocol"].split(
      "@",
    ).at(-1)!,
  };
}

/** The commit that is measured, with a plus when there is more than it. */
export async function describeCommit(): Promise<string> {
  const [commit, changes] = await Promise.all([
    git("rev-parse", "--short", "HEAD"),
    git("status", "--porcelain", "--", ".", ":!docs"),
  ]);
  return changes === "" ? commit : `${commit}+`;
}

async function git(...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("git", {
    args,
    cwd: import.meta.dirname!,
    stderr: "null",
  })
    .output();
  return new TextDecoder().decode(stdout).trim();
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
