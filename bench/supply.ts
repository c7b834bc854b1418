const PART_BYTES = 64 * 1024;

/** A body of so many bytes, each part made when it is wanted. */
export function supply(totalBytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = totalBytes;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (left === 0) return controller.close();
      const part = new Uint8Array(Math.min(PART_BYTES, left));
      left -= part.length;
      controller.enqueue(part);
    },
  }, { highWaterMark: 0 });
}
