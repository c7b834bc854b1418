/** The beginning of a body: all of it, when it was short and at hand. */
export interface FirstPart {
  readonly bytes: Uint8Array;
  readonly done: boolean;
}

export interface StreamedBody {
  /**
   * The bytes that are at hand. A body that cannot be streamed is read to its end; it rejects when
   * that is more than `limitBytes`.
   */
  first(limitBytes: number): Promise<FirstPart>;
  /** The bytes that come next, `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>;
  cancel(): Promise<void>;
}

/** A body that is at hand is read within so many microtasks; one that takes longer is streamed. */
const TURNS = 8;

/**
 * Reads a response's body so that a short one that is already there comes as one piece, and any
 * other in the pieces that it is made of.
 *
 * @param streamFromBytes Stop collecting there; `Infinity` where the peer takes no stream.
 */
export function streamedBody(
  body: ReadableStream<Uint8Array>,
  streamFromBytes: number,
): StreamedBody {
  const reader = body.getReader();
  let ahead: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
  return {
    async first(limitBytes) {
      const parts: Uint8Array[] = [];
      let bytes = 0;
      while (bytes < streamFromBytes) {
        const read: Promise<ReadableStreamReadResult<Uint8Array>> = ahead ?? reader.read();
        ahead = undefined;
        if (streamFromBytes !== Infinity && !await settlesSoon(read)) {
          ahead = read;
          return { bytes: join(parts, bytes), done: false };
        }
        const { done, value } = await read;
        if (done) return { bytes: join(parts, bytes), done: true };
        parts.push(value);
        bytes += value.length;
        if (streamFromBytes === Infinity && bytes > limitBytes) {
          await reader.cancel();
          throw new RangeError(
            `The response's body has more than ${limitBytes} bytes, and the gateway takes no stream`,
          );
        }
      }
      return { bytes: join(parts, bytes), done: false };
    },
    async next() {
      const read = ahead ?? reader.read();
      ahead = undefined;
      const { done, value } = await read;
      return done ? undefined : value;
    },
    cancel: () => reader.cancel(),
  };
}

async function settlesSoon(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => void (settled = true);
  promise.then(note, note);
  for (let turn = 0; turn < TURNS && !settled; turn++) await undefined;
  return settled;
}

function join(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const joined = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
