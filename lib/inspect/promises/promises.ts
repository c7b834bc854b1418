import type { Host } from "../../host/host.ts";
import { formatId } from "../../protocol/mod.ts";
import type { Capture } from "../capture/capture.ts";
import type { CapturedSocket } from "../capture/captured_socket.ts";
import { type MessageDetail, messageDetail, messagesOf } from "../capture/messages.ts";
import type { Recorder } from "../recorder.ts";
import type { EventRow } from "../snapshot.ts";
import type { Broken, PromiseKind } from "./socket_check.ts";

/** The first cases are kept: what comes after may follow from them. */
const MOST_CASES = 4;
/** Of the socket's messages, and of the events, so many go with one. */
const CASE_MESSAGES = 200;
const CASE_EVENTS = 50;

/** One broken promise, with what is needed to see how it came. */
export interface BrokenCase extends Broken {
  /** Counts them from 1. */
  readonly id: number;
  readonly ts: number;
  readonly actorId: string;
  readonly requestId: string;
  /** The socket's captured messages with their stages, newest first. */
  readonly messages: readonly MessageDetail[];
  /** What went on, newest first. */
  readonly events: readonly EventRow[];
}

/**
 * Whether what is promised of every message is kept, on the traffic as it passes: counted where both
 * ends of the tunnel are in this process. A broken promise keeps its case.
 */
export class Promises {
  readonly sinceTs: number;
  /** Messages that were held against what is promised: handled, or come to a client. */
  checked = 0;
  readonly broken: Record<PromiseKind, number> = { lost: 0, doubled: 0, reordered: 0 };
  readonly cases: BrokenCase[] = [];
  readonly #host: Host;
  readonly #recorder: Recorder;

  constructor(host: Host, recorder: Recorder) {
    this.#host = host;
    this.#recorder = recorder;
    this.sinceTs = host.epoch();
  }

  /** A promise is broken: it is counted, told of, and its case is kept. */
  broke(capture: Capture, socket: CapturedSocket, { kind, detail }: Broken): void {
    this.broken[kind]++;
    const { actorId } = socket;
    const requestId = formatId(socket.requestId);
    this.#recorder.counts.promisesBroken.add(kind);
    this.#recorder.event({ kind: "promise_broken", actorId, requestId, promise: kind, detail });
    if (this.cases.length >= MOST_CASES) return;
    this.cases.push({
      id: this.cases.length + 1,
      ts: this.#host.epoch(),
      kind,
      detail,
      actorId,
      requestId,
      messages: [...messagesOf(socket).take(CASE_MESSAGES)]
        .map((message) => messageDetail(capture, message)),
      events: this.#recorder.events.newest(CASE_EVENTS),
    });
  }
}
