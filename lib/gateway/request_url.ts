/** What of a request's URL says where it goes, as `URL` has it. */
export type RequestUrl = Pick<URL, "pathname" | "search">;

/**
 * A URL that is in its normal form as it stands: no dots that begin a segment, no characters that
 * would be written in another way.
 */
const NORMAL =
  /^https?:\/\/[\w.:[\]-]+(\/(?!\.)(?:\/(?!\.)|[\w~!$&'()*+,;=:@.-])*)(\?[\w~!$&()*+,;=:@%.\/?-]+)?$/;

/** Reads a URL as `new URL` does, and without it where it can: it is costly. */
export function requestUrl(url: string): RequestUrl {
  const normal = NORMAL.exec(url);
  if (normal === null) return new URL(url);
  return { pathname: normal[1]!, search: normal[2] ?? "" };
}
