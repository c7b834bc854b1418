const encoder = new TextEncoder();

/** What happened, in 64 bits: two runs with one digest did the same. FNV-1a, twice. */
export class Digest {
  #low = 0x811c9dc5;
  #high = 0x84222325;

  add(text: string): void {
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i));
    this.#mix(0xffff);
  }

  bytes(bytes: Uint8Array): void {
    this.#mix(bytes.length);
    for (let i = 0; i < bytes.length && i < 48; i++) this.#mix(bytes[i]!);
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");
    return hex(this.#high) + hex(this.#low);
  }

  #mix(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x01000193);
    this.#high = Math.imul(this.#high ^ value ^ (this.#low >>> 16), 0x01000193);
  }
}

/** The digest of many digests, in their order. */
export function digestOf(digests: readonly string[]): string {
  const all = new Digest();
  for (const digest of digests) all.bytes(encoder.encode(digest));
  return all.toString();
}
