import { addMs, newDurations } from "../durations.ts";

export interface Measured {
  readonly messages: number;
  readonly messagesPerSecond: number;
  /** Round trips, in microseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** One connection, on which answers come in the order of what was sent. */
export interface Lane {
  /** @param dueAt From when its round trip is counted, on the clock of `performance`; now if left out. */
  send(dueAt?: number): void;
}

/** What goes there and back on many connections: counted and timed while it is measured. */
export class RoundTrips {
  readonly #histogram = newDurations();
  #isMeasuring = false;
  #received = 0;

  /** @param onAnswer Called after each answer. */
  lane(
    socket: WebSocket,
    payload: string | Uint8Array<ArrayBuffer>,
    onAnswer: (lane: Lane) => void,
  ): Lane {
    // Answers come in order: a queue of send times tells each round trip.
    const sentAt: number[] = [];
    const lane: Lane = {
      send(dueAt = performance.now()) {
        sentAt.push(dueAt);
        socket.send(payload);
      },
    };
    socket.onmessage = () => {
      const sent = sentAt.shift()!;
      if (this.#isMeasuring) {
        this.#received++;
        addMs(this.#histogram, performance.now() - sent);
      }
      onAnswer(lane);
    };
    socket.onclose = ({ code, reason }) => {
      throw new Error(`The server closed a connection under load: ${code} ${reason}`);
    };
    return lane;
  }

  async measure(ms: number): Promise<Measured> {
    this.#isMeasuring = true;
    const startedAt = performance.now();
    await wait(ms);
    this.#isMeasuring = false;
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      messages: this.#received,
      messagesPerSecond: this.#received / seconds,
      p50: this.#histogram.getValueAtPercentile(50),
      p99: this.#histogram.getValueAtPercentile(99),
    };
  }
}

/** A Rivet Engine lets nobody in without it; nobody else minds. */
const SUBPROTOCOL = "rivet";

export function openSocket(url: string): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  const socket = new WebSocket(url, SUBPROTOCOL);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => resolve(socket);
  socket.onerror = () => reject(new Error(`Cannot open ${url}`));
  return promise;
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
