/** Bytes of a slab. A fresh buffer for each frame costs ten times the frame itself. */
export const SLAB_BYTES = 64 * 1024;
/** What is kept for a while holds on to its whole slab: to as much as 64 KiB for one small message. */
export const KEPT_SLAB_BYTES = 8 * 1024;
/** Above this share of a slab bytes get a buffer of their own, so that its end wastes no more. */
const LARGEST_SHARE = 1 / 8;
export const LARGEST_IN_SLAB = SLAB_BYTES * LARGEST_SHARE;
export const LARGEST_IN_KEPT_SLAB = KEPT_SLAB_BYTES * LARGEST_SHARE;

/** Buffers that are cut into pieces. No byte is handed out twice. */
class Slab {
  readonly #bytes: number;
  #slab = new Uint8Array(0);
  #used = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  cut(bytes: number): Uint8Array {
    if (bytes > this.#bytes * LARGEST_SHARE) return new Uint8Array(bytes);
    if (this.#used + bytes > this.#slab.length) {
      this.#slab = new Uint8Array(this.#bytes);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += bytes;
    return this.#slab.subarray(start, this.#used);
  }
}

const frames = new Slab(SLAB_BYTES);
const kept = new Slab(KEPT_SLAB_BYTES);

/**
 * Zeroed bytes for one frame, cut from a slab that frames share. A frame may be kept and sent later;
 * but it keeps its slab alive, so what is kept for longer than a turn is copied.
 */
export function allocate(bytes: number): Uint8Array {
  return frames.cut(bytes);
}

/** A copy that lives as a frame does: until the end of the turn, or a little longer. */
export function frameCopy(bytes: Uint8Array): Uint8Array {
  const copy = allocate(bytes.length);
  copy.set(bytes);
  return copy;
}

/** A copy that may be kept until it is acked or committed: it shares its buffer with its like only. */
export function keptCopy(bytes: Uint8Array): Uint8Array {
  const copy = kept.cut(bytes.length);
  copy.set(bytes);
  return copy;
}
