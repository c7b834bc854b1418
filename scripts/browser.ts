/** Finds the browser that the tests drive, or brings one. */

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Where Chromium or Chrome is: `CHROMIUM_PATH`, else by its name in `PATH`. */
export function findBrowser(): string | null {
  const given = Deno.env.get("CHROMIUM_PATH");
  if (given) return given;
  const folders = Deno.env.get("PATH")?.split(":") ?? [];
  return NAMES.flatMap((name) => folders.map((folder) => `${folder}/${name}`)).find(isFile) ??
    null;
}

/** The browser there is, else Debian's package where it can be installed, else `null`. */
export function ensureBrowser(): string | null {
  const found = findBrowser();
  if (found !== null) return found;
  if (!isFile("/usr/bin/apt-get") || Deno.uid() !== 0) return null;
  console.error("No browser found: installing Debian's Chromium");
  const install = (...args: string[]) =>
    new Deno.Command("apt-get", {
      args,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdout: "inherit",
      stderr: "inherit",
    }).outputSync().success;
  install("update");
  install("install", "-y", "--no-install-recommends", "chromium");
  return findBrowser();
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
