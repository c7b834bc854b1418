/**
 * Offers as much as it is told to, however much can be carried, then waits until every message is answered or its socket closed,
 * and prints what became of it as one line of JSON. Argument: an {@link Overload} as JSON.
 */
import type { Offered } from "./offered.ts";
import { pace } from "./pace.ts";
import { RawSocket } from "./raw_socket.ts";
import { wait } from "./round_trips.ts";

export interface Overload {
  /** A connection for each. */
  readonly urls: readonly string[];
  readonly message: string;
  readonly offered: Offered;
  readonly ms: number;
  /** How long answers are waited for after the load's end. */
  readonly patienceMs: number;
}

/** What a connection does not take is not sent: that is backpressure, which a client sees. */
export interface OverloadResult {
  readonly due: number;
  readonly sent: number;
  readonly answered: number;
  /** Answers that nobody had asked for. */
  readonly excess: number;
  /** Not answered, on sockets that are open at the end. */
  readonly lost: number;
  /** Not answered, on sockets that were closed. */
  readonly unanswered: number;
  /** Code and reason without its detail, and how many were closed so. */
  readonly closes: Readonly<Record<string, number>>;
  /** In ms since 1970: the first and the last message were due, and the last answer came. */
  readonly beganTs: number;
  readonly endedTs: number;
  readonly drainedTs: number;
}

const TICK_MS = 1;

async function run({ urls, message, offered, ms, patienceMs }: Overload): Promise<OverloadResult> {
  const sockets = await Promise.all(urls.map((url) => RawSocket.open(url, message)));
  let due = 0;
  const stop = "perSecond" in offered ? offer(offered.perSecond) : keep(offered.window);
  const beganTs = Date.now();
  await wait(ms);
  stop();
  const endedTs = Date.now();
  const isSettled = (socket: RawSocket): boolean =>
    socket.closed !== null || socket.answered >= socket.sent;
  while (!sockets.every(isSettled) && Date.now() - endedTs < patienceMs) await wait(20);
  const missing = ({ sent, answered }: RawSocket): number => Math.max(0, sent - answered);
  const closed = sockets.filter((socket) => socket.closed !== null);
  return {
    due,
    sent: sum((socket) => socket.sent),
    answered: sum((socket) => socket.answered),
    excess: sum((socket) => Math.max(0, socket.answered - socket.sent)),
    lost: sum((socket) => socket.closed === null ? missing(socket) : 0),
    unanswered: sum((socket) => socket.closed === null ? 0 : missing(socket)),
    closes: Object.fromEntries(
      [...Map.groupBy(
        closed,
        ({ closed }) => `${closed!.code} ${closed!.reason.split("#")[0]}`.trim(),
      )]
        .map(([why, { length }]) => [why, length]),
    ),
    beganTs,
    endedTs,
    drainedTs: performance.timeOrigin + Math.max(...sockets.map((it) => it.answeredAt)),
  };

  /** What a socket cannot take when it is due goes with what is due later. */
  function offer(perSecond: number): () => void {
    const owed = sockets.map(() => 0);
    return pace(perSecond, (_dueAt, ordinal) => {
      due++;
      owed[ordinal % owed.length]!++;
    }, () => {
      for (const [at, socket] of sockets.entries()) owed[at]! -= socket.send(owed[at]!);
    });
  }

  function sum(of: (socket: RawSocket) => number): number {
    return sockets.reduce((total, socket) => total + of(socket), 0);
  }

  function keep(window: number): () => void {
    const timer = setInterval(() => {
      for (const socket of sockets) {
        due += socket.send(window - (socket.sent - socket.answered));
      }
    }, TICK_MS);
    return () => clearInterval(timer);
  }
}

if (import.meta.main) {
  const result = await run(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
