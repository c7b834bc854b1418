import { type Browser, chromium } from "playwright-core";
import { findBrowser } from "../../scripts/browser.ts";

/**
 * Starts the system's Chromium, headless. Close it at the end of the test. `names`: host names that
 * are this machine to it.
 */
export async function launchBrowser(names: readonly string[] = []): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error("No Chromium: run the tests by `deno task test`");
  return await chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...names.map((name) => `--host-resolver-rules=MAP ${name} 127.0.0.1`),
    ],
  });
}
