/** Bytes of a slab. A fresh buffer for each frame costs ten times the frame itself. */
export const SLAB_BYTES = 64 * 1024;
/** Frames above this get their own buffer, so that the end of a slab wastes an eighth at most. */
export const LARGEST_IN_SLAB = SLAB_BYTES / 8;

let slab = new Uint8Array(0);
let used = 0;

/**
 * Zeroed bytes for one frame, cut from a slab that frames share. No byte is handed out twice, so a
 * frame may be kept and sent later; but it keeps its slab alive, so what is kept long is copied.
 */
export function allocate(bytes: number): Uint8Array {
  if (bytes > LARGEST_IN_SLAB) return new Uint8Array(bytes);
  if (used + bytes > slab.length) {
    slab = new Uint8Array(SLAB_BYTES);
    used = 0;
  }
  const start = used;
  used += bytes;
  return slab.subarray(start, used);
}
