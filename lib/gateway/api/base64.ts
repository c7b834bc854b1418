/**
 * The bytes of a base64 text: the standard alphabet with padding (RFC 4648, section 4), nothing
 * between. `undefined` when it is not that.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (/\s/.test(text)) return undefined;
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    return undefined;
  }
}
