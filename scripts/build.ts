/**
 * Builds what the browser gets, when something changed since the last time.
 *
 * Whether something changed is told by names, sizes and times of the sources: looking takes
 * milliseconds, where only loading Vite takes hundreds.
 */
/** What a bundle is made of. `lib` is there because islands share code with the server. */
const SOURCES = [
  "assets",
  "components",
  "islands",
  "lib",
  "routes",
  "static",
  "app.ts",
  "client.ts",
  "deno.json",
  "deno.lock",
  "vite.config.ts",
];

const STAMP = "_fresh/stamp";

/** Builds the app at `root`. Needs every permission: Vite looks far around. */
export async function build(root: string): Promise<void> {
  const stamp = await stampOf(root);
  const vite = await import("vite");
  await vite.build({
    root,
    configFile: `${root}/vite.config.ts`,
    configLoader: "native",
    logLevel: "warn",
  });
  Deno.writeTextFileSync(`${root}/${STAMP}`, stamp);
}

/** Has the app at `root` built by a process of its own, unless its last build still stands. */
export async function ensureBuilt(root: string): Promise<boolean> {
  if (readStamp(root) === await stampOf(root)) return true;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", `${root}/scripts/build.ts`],
    cwd: root,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  return success;
}

function readStamp(root: string): string | null {
  try {
    return Deno.readTextFileSync(`${root}/${STAMP}`);
  } catch {
    return null;
  }
}

async function stampOf(root: string): Promise<string> {
  const seen: string[] = [];
  const visit = (path: string): void => {
    let info: Deno.FileInfo;
    try {
      info = Deno.statSync(path);
    } catch {
      return;
    }
    if (info.isDirectory) {
      const names = [...Deno.readDirSync(path)].map(({ name }) => name).sort();
      for (const name of names) visit(`${path}/${name}`);
    } else seen.push(`${path}\0${info.size}\0${info.mtime?.getTime()}\n`);
  };
  for (const source of SOURCES) visit(`${root}/${source}`);
  // Node's takes longer to load than all of this takes: every start waits for it.
  const bytes = new TextEncoder().encode(seen.join(""));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

if (import.meta.main) await build(Deno.realPathSync(`${import.meta.dirname}/..`));
