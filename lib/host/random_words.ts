import type { Host } from "./host.ts";

/** So many are drawn at once: a call for each costs more than the word. */
const BATCH = 64;
const WORD_BYTES = 4;

/** Random numbers of 32 bits, fit for ids. */
export function randomWords(host: Host): () => number {
  let words = new DataView(new ArrayBuffer(0));
  let used = 0;
  return () => {
    if (used === words.byteLength) {
      words = new DataView(host.randomBytes(BATCH * WORD_BYTES).buffer);
      used = 0;
    }
    const word = words.getUint32(used);
    used += WORD_BYTES;
    return word;
  };
}
