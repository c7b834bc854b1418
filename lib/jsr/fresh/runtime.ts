/** Stands in for `fresh/runtime`: what server and browser share. */

/** Whether this code runs in a browser. */
export const IS_BROWSER: boolean = typeof document !== "undefined";

/** The build that runs here. Not the app's to touch. */
export const build: { id: string } = { id: "" };

/** The path of a static file with the build's id on it, so that it may be cached for ever. */
export function asset(path: string): string {
  if (!path.startsWith("/") || path.startsWith("//")) return path;
  const url = new URL(path, "http://localhost");
  url.searchParams.set("__frsh_c", build.id);
  return url.pathname + url.search + url.hash;
}
