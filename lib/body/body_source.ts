/** The beginning of a body: all of it, when it was short and at hand. */
export interface Opening {
  readonly bytes: Uint8Array;
  readonly done: boolean;
}

/** A body that is at hand is read within so many microtasks; one that takes longer is streamed. */
const TURNS = 8;

/** A body to be sent on: read whole, or bit by bit. */
export class BodySource {
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  #ahead: Promise<ReadableStreamReadResult<unknown>> | undefined;

  constructor(stream: ReadableStream<unknown>) {
    this.#reader = stream.getReader();
  }

  /** All of it; `undefined` when that is more than `limitBytes`, and the rest is not wanted then. */
  async whole(limitBytes: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for (let part = await this.next(); part !== undefined; part = await this.next()) {
      bytes += part.length;
      if (bytes > limitBytes) {
        this.cancel(new RangeError(`More than ${limitBytes} bytes`));
        return undefined;
      }
      parts.push(part);
    }
    return join(parts, bytes);
  }

  /** What is at hand, until it is `enoughBytes` or more. */
  async opening(enoughBytes: number): Promise<Opening> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    while (bytes < enoughBytes) {
      const read = this.#read();
      if (!await settlesSoon(read)) {
        this.#ahead = read;
        break;
      }
      const { done, value } = await read;
      if (done) return { bytes: join(parts, bytes), done: true };
      const part = bytesOf(value);
      parts.push(part);
      bytes += part.length;
    }
    return { bytes: join(parts, bytes), done: false };
  }

  /** The bytes that come next, `undefined` at the end. Rejects with what the body failed with. */
  async next(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#read();
    return done ? undefined : bytesOf(value);
  }

  /** The rest is not wanted. */
  cancel(reason: unknown): void {
    this.#reader.cancel(reason).catch(() => {});
  }

  #read(): Promise<ReadableStreamReadResult<unknown>> {
    const read = this.#ahead ?? this.#reader.read();
    this.#ahead = undefined;
    return read;
  }
}

async function settlesSoon(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => void (settled = true);
  promise.then(note, note);
  for (let turn = 0; turn < TURNS && !settled; turn++) await undefined;
  return settled;
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`A body is made of Uint8Arrays, and this one gave ${typeof value}`);
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
