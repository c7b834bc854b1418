/**
 * Offers more than can be carried, then waits until every message is answered or its socket closed,
 * and prints what became of it as one line of JSON. Argument: an {@link Overload} as JSON.
 */
import { pace } from "./pace.ts";
import { RawSocket } from "./raw_socket.ts";
import { wait } from "./round_trips.ts";

export interface Overload {
  /** A connection for each. */
  readonly urls: readonly string[];
  readonly message: string;
  readonly perSecond: number;
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
  /** Code and reason, and how many were closed so. */
  readonly closes: Readonly<Record<string, number>>;
  /** In ms since 1970: the last message was due, and the last answer came. */
  readonly endedTs: number;
  readonly drainedTs: number;
}

async function run(
  { urls, message, perSecond, ms, patienceMs }: Overload,
): Promise<OverloadResult> {
  const sockets = await Promise.all(urls.map((url) => RawSocket.open(url, message)));
  const owed = sockets.map(() => 0);
  let due = 0;
  const stop = pace(perSecond, (_dueAt, ordinal) => {
    due++;
    owed[ordinal % owed.length]!++;
  }, () => {
    for (const [at, socket] of sockets.entries()) owed[at]! -= socket.send(owed[at]!);
  });
  await wait(ms);
  stop();
  const endedTs = Date.now();
  const isSettled = (socket: RawSocket): boolean =>
    socket.closed !== null || socket.answered >= socket.sent;
  while (!sockets.every(isSettled) && Date.now() - endedTs < patienceMs) await wait(20);
  const sum = (of: (socket: RawSocket) => number): number =>
    sockets.reduce((total, socket) => total + of(socket), 0);
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
      [...Map.groupBy(closed, ({ closed }) => `${closed!.code} ${closed!.reason}`.trim())]
        .map(([why, { length }]) => [why, length]),
    ),
    endedTs,
    drainedTs: performance.timeOrigin + Math.max(...sockets.map((it) => it.answeredAt)),
  };
}

if (import.meta.main) {
  const result = await run(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
