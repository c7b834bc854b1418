import type { Link, LinkEnd, LinkHandlers } from "../../lib/transport/link.ts";

/** Keeps what a link hands over, and lets a test wait for it. */
export class Recorder implements LinkHandlers {
  readonly frames: Uint8Array[] = [];
  readonly ends: LinkEnd[] = [];
  /** Frames that came after the end. */
  late = 0;
  /** Runs on each frame, after it is kept. */
  onEach: (frame: Uint8Array) => void = () => {};
  readonly #waiting = new Set<() => void>();

  static on(link: Link): Recorder {
    const recorder = new Recorder();
    link.start(recorder);
    return recorder;
  }

  onFrame(frame: Uint8Array): void {
    if (this.ends.length > 0) this.late++;
    this.frames.push(frame);
    this.#check();
    this.onEach(frame);
  }

  onClose(end: LinkEnd): void {
    this.ends.push(end);
    this.#check();
  }

  /** Resolves when `count` frames are there. */
  async received(count: number): Promise<Uint8Array[]> {
    await this.#until(() => this.frames.length >= count);
    return this.frames;
  }

  async ended(): Promise<LinkEnd> {
    await this.#until(() => this.ends.length > 0);
    return this.ends[0]!;
  }

  #until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = (): void => {
      if (!condition()) return;
      this.#waiting.delete(check);
      resolve();
    };
    this.#waiting.add(check);
    return promise;
  }

  #check(): void {
    for (const check of this.#waiting) check();
  }
}
