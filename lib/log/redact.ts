/** What stands for a secret wherever text leaves the process. */
export const REDACTED = "[redacted]";

/** The places where `wire.md` lets a token stand: each rule keeps what is before the token. */
const PLACES: readonly RegExp[] = [
  /(\bbearer +)[^\s\\"',;]+/gi,
  /(\brivet_token\.)[^\s\\"',;]+/gi,
  /(\bx-rivet-token[\\"']*\s*[:=]\s*[\\"']*)[^\s\\"',;]+/gi,
  /([?&#](?:token|key|secret)=)[^\s\\"'&#]+/gi,
  /(\/gateway\/[^\s/@"']+@)[^\s\\/"'?]+/gi,
];

/**
 * Gives what takes secrets out of a text: those that are known, wherever they stand, and whatever
 * stands where a token does.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret !== "");
  return (text) => {
    let safe = text;
    for (const secret of known) safe = safe.replaceAll(secret, REDACTED);
    for (const place of PLACES) safe = safe.replace(place, `$1${REDACTED}`);
    return safe;
  };
}
