import type { Intake } from "../delivery/mod.ts";
import type { Occupancy } from "./occupancy.ts";

/** A buffer with no more than this around a chunk has room for nothing but the chunk's own frame. */
const ENVELOPE_BYTES = 64;

export interface IncomingBodySetup {
  readonly intake: Intake;
  readonly occupancy: Occupancy;
  /** Grants the sender a unit of credit. */
  grant(): void;
  /** The reader wants no more. */
  onCancel?(): void;
}

/**
 * A body that comes in chunks, as a stream. What nobody has asked for waits here, and the sender is
 * granted more as it is read.
 */
export class IncomingBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #setup: IncomingBodySetup;
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #unread: Uint8Array<ArrayBuffer>[] = [];
  /** Whether a reader waits, and nothing is there. */
  #isWanted = false;
  #state: "open" | "complete" | "over" = "open";

  constructor(setup: IncomingBodySetup) {
    this.#setup = setup;
    this.stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#pull(),
      cancel: () => {
        this.#drop();
        setup.onCancel?.();
      },
      // Nothing is handed over that nobody reads: what waits in the stream could not be counted.
    }, { highWaterMark: 0 });
  }

  /** The next chunk. False when it is more than may come: the body must fail then. */
  push(chunk: Uint8Array): boolean {
    if (!this.#isOpen || chunk.length === 0) return true;
    const { intake, occupancy } = this.#setup;
    if (!intake.receive(chunk.length)) return false;
    occupancy.add(chunk.length);
    this.#unread.push(owned(chunk));
    if (this.#isWanted) this.#pull();
    else this.#grant();
    return true;
  }

  /** That was all. */
  end(): void {
    if (!this.#isOpen) return;
    this.#state = "complete";
    if (this.#unread.length === 0) this.#close();
  }

  /** No more will come. Whoever reads a body that is not complete is told; one that is can be read. */
  fail(error: Error): void {
    if (this.#state === "over") return;
    const unread = this.#isComplete ? this.#unread : undefined;
    this.#drop();
    if (unread === undefined) return this.#controller.error(error);
    for (const chunk of unread) this.#controller.enqueue(chunk);
    this.#controller.close();
  }

  #pull(): void {
    const chunk = this.#unread.shift();
    this.#isWanted = chunk === undefined;
    if (chunk === undefined) return;
    const { intake, occupancy } = this.#setup;
    occupancy.add(-chunk.length);
    intake.read(chunk.length);
    this.#controller.enqueue(chunk);
    // The reader may have left in the moment that it was handed the chunk.
    if (this.#isComplete && this.#unread.length === 0) this.#close();
    else if (this.#isOpen) this.#grant();
  }

  get #isOpen(): boolean {
    return this.#state === "open";
  }

  get #isComplete(): boolean {
    return this.#state === "complete";
  }

  #grant(): void {
    while (this.#setup.intake.takeGrant()) this.#setup.grant();
  }

  #close(): void {
    this.#state = "over";
    this.#controller.close();
  }

  #drop(): void {
    this.#state = "over";
    for (const { length } of this.#unread) this.#setup.occupancy.add(-length);
    this.#unread = [];
  }
}

/**
 * The chunk as bytes that nobody else has: its reader may keep or transfer them. The view of a frame
 * that is the only one in its buffer is as good as a copy.
 */
function owned(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = chunk as Uint8Array<ArrayBuffer>;
  return view.buffer.byteLength - view.length > ENVELOPE_BYTES ? view.slice() : view;
}
