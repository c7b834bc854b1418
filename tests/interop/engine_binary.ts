/** Brings the Rivet Engine's program, the gateway that others wrote. For tests only. */

export const ENGINE_VERSION = "2.3.19";

/** Deno's names of a platform to the package that holds the program for it. */
const PACKAGES: Readonly<Record<string, string>> = {
  "linux-x86_64": "engine-cli-linux-x64-musl",
  "linux-aarch64": "engine-cli-linux-arm64-musl",
  "darwin-x86_64": "engine-cli-darwin-x64",
  "darwin-aarch64": "engine-cli-darwin-arm64",
  "windows-x86_64": "engine-cli-win32-x64",
};

/** Where the program is, or why this machine cannot have it. */
export type EngineBinary = { readonly path: string } | { readonly missing: string };

/**
 * The engine's program, installed from npm at its first use, about 100 MB. Rejects when the install
 * fails.
 *
 * The package of packages wants one for every platform, which Deno refuses where a registry lacks
 * one, so the platform's own is installed, with a configuration of its own.
 */
export async function ensureEngine(): Promise<EngineBinary> {
  const platform = `${Deno.build.os}-${Deno.build.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) {
    return { missing: `The Rivet Engine ${ENGINE_VERSION} is not published for ${platform}` };
  }
  const root = Deno.realPathSync(`${import.meta.dirname}/../..`);
  const folder = `${root}/.cache/rivet-engine-${ENGINE_VERSION}`;
  const file = Deno.build.os === "windows" ? "rivet-engine.exe" : "rivet-engine";
  const path = `${folder}/node_modules/@rivetkit/${name}/${file}`;
  if (isFile(path)) return { path };

  console.error(`Installing the Rivet Engine ${ENGINE_VERSION} for the tests`);
  await Deno.mkdir(folder, { recursive: true });
  const config = {
    nodeModulesDir: "auto",
    lock: false,
    imports: { engine: `npm:@rivetkit/${name}@${ENGINE_VERSION}` },
  };
  await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(config));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet"],
    cwd: folder,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success || !isFile(path)) {
    throw new Error(
      `Cannot install @rivetkit/${name}@${ENGINE_VERSION}: ${new TextDecoder().decode(stderr)}`,
    );
  }
  return { path };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
