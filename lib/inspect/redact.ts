const SENSITIVE = /([?&][^=&#]*(?:token|secret|password|passwd|auth|api[-_]?key)[^=&#]*=)[^&#]+/gi;
/** Characters of a path that a log entry keeps. */
const LONGEST_PATH = 256;

/** A path as the request log keeps it: values that look like secrets are gone, and it is not long. */
export function redactPath(path: string): string {
  const safe = path.includes("?") ? path.replace(SENSITIVE, "$1…") : path;
  return safe.length <= LONGEST_PATH ? safe : `${safe.slice(0, LONGEST_PATH - 1)}…`;
}
