/** What is to be reached, as data: the targets, for `docs/performance.md`. */
import { ratios, type Results, type StudyResult, summarize, valuesOf } from "./results.ts";

export interface Target {
  readonly what: string;
  readonly study: string;
  readonly of: Figure;
  /** What `of` is divided by, round by round; else `of` is taken as it is. Left out is as in `of`. */
  readonly over?: Partial<Figure>;
  readonly bound: Bound;
  /** Of the bound, and of what is shown. Without one it is that of the figure's name, at its end. */
  readonly unit?: "×" | "%";
}

export interface Figure {
  readonly case: string;
  readonly contender: string;
  readonly figure: string;
}

export type Bound = { readonly atLeast: number } | { readonly atMost: number };

export interface Judgement {
  /** One value a round, in the target's unit. */
  readonly values: readonly number[];
  /** By the median. */
  readonly holds: boolean;
}

/**
 * How a target stands; `undefined` when its study was not recorded. Throws when the study has no such
 * case, contender or figure, with the names that it has.
 */
export function judge(target: Target, { studies }: Results): Judgement | undefined {
  const study = studies.find(({ name }) => name === target.study);
  if (study === undefined) return undefined;
  const values = valuesFor(target, study);
  const { median } = summarize(values);
  const { bound } = target;
  return { values, holds: "atLeast" in bound ? median >= bound.atLeast : median <= bound.atMost };
}

function valuesFor({ of, over, unit }: Target, study: StudyResult): readonly number[] {
  const values = valuesOf(study, of);
  if (over === undefined) return values;
  const times = ratios(values, valuesOf(study, { ...of, ...over }));
  return unit === "%" ? times.map((value) => value * 100) : times;
}

/** The unit of a target's values, as "×" or "messages/s". */
export function unitOf({ unit, of }: Target): string {
  return unit ?? of.figure.split(" ").at(-1)!;
}

const ECHO = "bare Deno echo";
const RELAY = "bare relay, two hops";
const EMBEDDED = "Dormouse, embedded";
const TWO_PROCESSES = "Dormouse, two processes";
const ENGINE = "Rivet Engine, engine-runner";
const PING_PONG = "ping-pong";
const PIPELINED = "50 connections × 10 in flight";

const ECHO_TARGETS: readonly Target[] = [
  ...([["plain", 1.1], ["acked", 1.25]] as const).flatMap(([kind, atMost]): Target[] => [
    {
      what: `Embedded, ping-pong p50, ${kind}, against bare echo`,
      study: "echo",
      of: { case: PING_PONG, contender: `${EMBEDDED}, ${kind}`, figure: "p50 µs" },
      over: { contender: ECHO },
      bound: { atMost },
      unit: "×",
    },
    {
      what: `Two processes, ping-pong p50, ${kind}, against the bare relay`,
      study: "echo",
      of: { case: PING_PONG, contender: `${TWO_PROCESSES}, ${kind}`, figure: "p50 µs" },
      over: { contender: RELAY },
      bound: { atMost },
      unit: "×",
    },
  ]),
  ...([["plain", 85], ["acked", 75]] as const).map(([kind, atLeast]): Target => ({
    what: `Embedded, 50 connections pipelined, ${kind}, against bare echo`,
    study: "echo",
    of: { case: PIPELINED, contender: `${EMBEDDED}, ${kind}`, figure: "messages/s" },
    over: { contender: ECHO },
    bound: { atLeast },
    unit: "%",
  })),
  ...([["plain", 30], ["acked", 60]] as const).map(([kind, atLeast]): Target => ({
    what: `Embedded, ping-pong, ${kind}, how many times as fast as engine and engine-runner`,
    study: "echo",
    of: { case: PING_PONG, contender: `${ENGINE}, ${kind}`, figure: "p50 µs" },
    over: { contender: `${EMBEDDED}, ${kind}` },
    bound: { atLeast },
    unit: "×",
  })),
  ...([["plain", 80], ["acked", 120]] as const).map(([kind, atLeast]): Target => ({
    what: `Embedded, 50 connections pipelined, ${kind}, against engine and engine-runner`,
    study: "echo",
    of: { case: PIPELINED, contender: `${EMBEDDED}, ${kind}`, figure: "messages/s" },
    over: { contender: `${ENGINE}, ${kind}` },
    bound: { atLeast },
    unit: "×",
  })),
  {
    what: "Embedded, 50 connections pipelined, acks on the wire: 1 for 32 messages",
    study: "echo",
    of: { case: PIPELINED, contender: `${EMBEDDED}, acked`, figure: "acks/message" },
    bound: { atMost: 1 / 32 },
  },
];

const HTTP_RATE: Figure = { case: "32 connections", contender: EMBEDDED, figure: "requests/s" };

const HTTP_TARGETS: readonly Target[] = [
  {
    what: "HTTP, 32 connections, small body, embedded, against bare `Deno.serve`",
    study: "http",
    of: HTTP_RATE,
    over: { contender: "bare Deno.serve" },
    bound: { atLeast: 45 },
    unit: "%",
  },
  {
    what: "HTTP, 32 connections, small body, embedded, against engine and engine-runner",
    study: "http",
    of: HTTP_RATE,
    over: { contender: ENGINE },
    bound: { atLeast: 150 },
    unit: "×",
  },
];

const OUR_RUNNER = "Dormouse's runner";
const REFERENCE_RUNNER = "engine-runner";

const RUNNER_TARGETS: readonly Target[] = [
  ...([
    ["plain, 1 socket", 1.8],
    ["plain, 10 000 sockets", 50],
    ["acked, 1 socket", 3],
    ["acked, 10 000 sockets", 80],
  ] as const).map(([shape, atLeast]): Target => ({
    what: `Runner alone, echo, ${shape}, against engine-runner`,
    study: "runner",
    of: { case: shape, contender: OUR_RUNNER, figure: "messages/s" },
    over: { contender: REFERENCE_RUNNER },
    bound: { atLeast },
    unit: "×",
  })),
  ...["plain", "acked"].map((kind): Target => ({
    what: `Runner alone, echo, ${kind}, 10 000 sockets against 1`,
    study: "runner",
    of: { case: `${kind}, 10 000 sockets`, contender: OUR_RUNNER, figure: "messages/s" },
    over: { case: `${kind}, 1 socket` },
    bound: { atLeast: 80 },
    unit: "%",
  })),
];

const TEN_IN_FLIGHT = { case: "50 connections × 10 in flight, 50 actors", contender: EMBEDDED };
const ONE_IN_FLIGHT = { case: "50 connections × 1", contender: EMBEDDED };

const COUNTER_TARGETS: readonly Target[] = [
  {
    what: "`counter`, 10 in flight on each of 50 connections, 50 actors",
    study: "counter",
    of: { ...TEN_IN_FLIGHT, figure: "messages/s" },
    bound: { atLeast: 40_000 },
  },
  {
    what: "`counter`, 10 in flight on each of 50, ack p99",
    study: "counter",
    of: { ...TEN_IN_FLIGHT, figure: "ack p99 ms" },
    bound: { atMost: 20 },
  },
  {
    what: "`counter`, 10 in flight on each of 50, delay of the event loop p99",
    study: "counter",
    of: { ...TEN_IN_FLIGHT, figure: "loop delay p99 ms" },
    bound: { atMost: 8 },
  },
  {
    what: "`counter`, one in flight on each of 50 connections, 50 actors",
    study: "counter",
    of: { ...ONE_IN_FLIGHT, figure: "messages/s" },
    bound: { atLeast: 20_000 },
  },
  {
    what: "`counter`, one in flight on each of 50, answer p50",
    study: "counter",
    of: { ...ONE_IN_FLIGHT, figure: "answer p50 ms" },
    bound: { atMost: 2.5 },
  },
];

const WAKE_TARGETS: readonly Target[] = ([
  [100, 1_000, 5_000],
  [500, 1_000, 5_000],
  [2_000, 3_000, 15_000],
] as const).flatMap(([rate, p50, p99]) =>
  ([["p50 µs", p50], ["p99 µs", p99]] as const).map(([figure, atMost]): Target => ({
    what: `Wake from sleep, embedded, ${rate}/s, message to answer ${figure.split(" ")[0]}`,
    study: "wake",
    of: { case: `${rate} a second`, contender: "Dormouse, embedded, with state", figure },
    bound: { atMost },
  }))
);

const HIBERNATING = "hibernating socket, an actor each";

const MEMORY_TARGETS: readonly Target[] = [
  {
    // Less than the smallest object of V8: a runner that kept one would be above.
    what: "A hibernating socket, JS heap of the runner: nothing",
    study: "memory",
    of: { case: HIBERNATING, contender: OUR_RUNNER, figure: "JS heap KiB" },
    bound: { atMost: 0.01 },
  },
  {
    what: "A hibernating socket, JS heap of the gateway",
    study: "memory",
    of: { case: HIBERNATING, contender: "Dormouse's gateway", figure: "JS heap KiB" },
    bound: { atMost: 4 },
  },
  {
    what: "A hibernating socket, resident memory of the gateway",
    study: "memory",
    of: { case: HIBERNATING, contender: "Dormouse's gateway", figure: "resident KiB" },
    bound: { atMost: 24 },
  },
  {
    what: "An idle awake actor with one socket, resident memory of the runner",
    study: "memory",
    of: { case: "awake actor with a socket", contender: OUR_RUNNER, figure: "resident KiB" },
    bound: { atMost: 12 },
  },
];

const CODEC_TARGETS: readonly Target[] = ["encode", "decode"].flatMap((way) =>
  ([["64 B", 10], ["1 KiB", 10], ["16 KiB", 2.5]] as const).map(([size, atLeast]): Target => ({
    what: `Codec, ${way} ${size}, how many times as fast as the published one`,
    study: "codec",
    of: { case: size, contender: "@rivetkit/engine-runner-protocol", figure: `${way} ns` },
    over: { contender: "Dormouse" },
    bound: { atLeast },
    unit: "×",
  }))
);

const OTHER_TARGETS: readonly Target[] = [
  {
    what: "Start to first answer, warm, after the build",
    study: "start",
    of: {
      case: "warm",
      contender: `${EMBEDDED}, deno task start`,
      figure: "first answer ms",
    },
    bound: { atMost: 500 },
  },
  {
    what: "Dashboard open at 10 000 sockets, messages/s against closed",
    study: "dashboard",
    of: { case: PIPELINED, contender: "with a dashboard open", figure: "messages/s" },
    over: { contender: "without" },
    bound: { atLeast: 97 },
    unit: "%",
  },
  {
    what: "Dashboard open at 10 000 sockets and 20 000 messages/s, processor time against closed",
    study: "dashboard",
    of: {
      case: "20 000/s offered",
      contender: "with a dashboard open",
      figure: "server µs/message",
    },
    over: { contender: "without" },
    bound: { atMost: 103 },
    unit: "%",
  },
  ...["10 000 sockets listed", "the messages of one socket"].map((page): Target => ({
    what: `A page that is read while 1 000 messages/s pass: ${page}`,
    study: "reading",
    of: {
      case: page,
      contender: "a reader who scrolls, in headless Chromium",
      figure: "frames/s",
    },
    bound: { atLeast: 30 },
  })),
  ...["counter", "echo"].map((actor): Target => ({
    what:
      `Overload, twice what \`${actor}\` can carry: until a probe is quick again, after its end`,
    study: "overload",
    of: { case: actor, contender: EMBEDDED, figure: "recovery s" },
    bound: { atMost: 5 },
  })),
  ...["counter", "echo"].map((actor): Target => ({
    what: `Overload, twice what \`${actor}\` can carry, two processes: tunnels`,
    study: "overload",
    of: { case: actor, contender: TWO_PROCESSES, figure: "tunnels lost" },
    bound: { atMost: 0 },
  })),
];

/** In the order in which they are shown. */
export const TARGETS: readonly Target[] = [
  ...ECHO_TARGETS,
  ...HTTP_TARGETS,
  ...RUNNER_TARGETS,
  ...COUNTER_TARGETS,
  ...WAKE_TARGETS,
  ...MEMORY_TARGETS,
  ...OTHER_TARGETS,
  ...CODEC_TARGETS,
];
