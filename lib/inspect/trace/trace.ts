import type { Host } from "../../host/host.ts";
import type { TracedFrame } from "../../protocol/mod.ts";
import { Budget } from "../capture/budget.ts";
import type { InspectLimits } from "../limits.ts";
import type { Secrets } from "../secrets.ts";
import type { InspectSource } from "../source.ts";
import { decodedText } from "./decoded.ts";
import { aboutOf, type Frame, type KeptFrame } from "./frame.ts";
import { noteOf } from "./note.ts";

/** What a frame takes beside its texts, whose characters take two bytes at most. */
const FRAME_BYTES = 512;

export interface TraceOptions {
  readonly host: Host;
  readonly limits: InspectLimits;
  readonly secrets: Secrets;
  /** Whether what users send is kept too, or only what is known of it. */
  readonly payloads: boolean;
  /** Told each time that a limit is reached. */
  readonly limitReached: (limit: keyof InspectLimits) => void;
}

/**
 * The newest frames of the tunnels, while somebody watches: until then, and from when the last one
 * leaves, gateway and runner know of no trace. What was noted stays until others come.
 */
export class Trace {
  readonly #options: TraceOptions;
  readonly #frames: KeptFrame[] = [];
  #budget: Budget | null = null;
  #watchers = 0;
  #lastId = 0;
  #bytes = 0;
  #skipped = 0;
  #isFirst = false;

  constructor(options: TraceOptions) {
    this.#options = options;
  }

  /** Whether frames are noted now. */
  get isOn(): boolean {
    return this.#watchers > 0;
  }

  /** Memory that the frames take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many there ever were. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Oldest first. */
  get frames(): readonly KeptFrame[] {
    return this.#frames;
  }

  /** At the gateway where there is one, for all of its runners; else at the runner. Ends it. */
  watch({ gateway, runner }: InspectSource): () => void {
    const end = gateway ?? runner;
    if (this.#watchers++ === 0) {
      const { host, limits } = this.#options;
      this.#isFirst = true;
      this.#budget = new Budget(host, limits.tracedPerSecond);
      end?.trace((frame) => this.#take(frame));
    }
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.#watchers > 0) return;
      end?.trace(undefined);
      this.#budget?.close();
      this.#budget = null;
      this.#skipped = 0;
    };
  }

  #take(frame: TracedFrame): void {
    const { host, limits, secrets, payloads, limitReached } = this.#options;
    if (!this.#budget!.take()) {
      if (this.#skipped++ === 0) limitReached("tracedPerSecond");
      return;
    }
    const unreadable = "unreadable" in frame;
    const decoded = !payloads || unreadable
      ? null
      : decodedText(frame.message, limits.captureMessageBytes, secrets);
    const kept: KeptFrame = {
      id: ++this.#lastId,
      ts: host.epoch(),
      runnerId: frame.runnerId,
      direction: frame.direction,
      ...aboutOf(frame),
      bytes: frame.bytes,
      note: unreadable ? frame.unreadable : noteOf(frame.message, secrets),
      decoded,
      skipped: this.#skipped,
      isFirst: this.#isFirst,
    };
    this.#skipped = 0;
    this.#isFirst = false;
    this.#frames.push(kept);
    this.#bytes += costOf(kept);
    while (this.#frames.length > limits.tracedFrames || this.#bytes > limits.traceBytes) {
      this.#bytes -= costOf(this.#frames.shift()!);
    }
  }
}

function costOf({ note, decoded }: Frame): number {
  return FRAME_BYTES + 2 * (note.length + (decoded?.length ?? 0));
}
