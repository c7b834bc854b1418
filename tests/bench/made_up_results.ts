/** Results with the names of real studies and figures that nobody measured. */
import type { Results, StudyResult } from "@/bench/results.ts";
import type { Measurement } from "@/bench/study.ts";

type Row = readonly [name: string, contender: string, figures: Readonly<Record<string, number>>];

const KINDS = ["plain", "acked"];
const COUNTS = [1, 100, 1_000, 10_000];
const ROOMS: readonly [contender: string, slowness: number][] = [
  ["Dormouse, embedded", 1.05],
  ["Dormouse, two processes", 2.9],
  ["Rivet Engine, engine-runner", 45],
  ["Rivet Engine, Dormouse's runner", 20],
];

const echo: Row[] = ["ping-pong", "1 connection × 10 in flight", "50 connections × 10 in flight"]
  .flatMap((shape, i) =>
    [
      ["bare Deno echo", 1] as const,
      ["bare relay, two hops", 2.8] as const,
      ...ROOMS.flatMap(([name, slowness]) =>
        KINDS.map((kind, acked) => [`${name}, ${kind}`, slowness * (1 + acked * 0.3)] as const)
      ),
    ].map(([contender, slowness]): Row => [shape, contender, {
      "p50 µs": 40 * slowness * (i + 1),
      "p99 µs": 100 * slowness * (i + 1),
      "messages/s": 24_000 * (i + 1) / slowness,
      "server µs/message": 10 * slowness,
      ...(contender === "Dormouse, embedded, acked" && { "acks/message": 0.02 }),
    }])
  );

const http: Row[] = [["bare Deno.serve", 1] as const, ...ROOMS].map(([contender, slowness]) => [
  "32 connections",
  contender,
  { "p50 µs": 300 * slowness, "requests/s": 40_000 / slowness },
]);

const runner: Row[] = KINDS.flatMap((kind, acked) =>
  COUNTS.flatMap((sockets): Row[] => {
    const shape = `${kind}, ${amount(sockets)} ${sockets === 1 ? "socket" : "sockets"}`;
    const theirs = 60_000 / (1 + acked) / (1 + sockets / 150);
    const ours = 210_000 * (1 - acked * 0.2) * (1 - sockets / 90_000);
    return [
      [shape, "engine-runner", { "messages/s": theirs, "runner µs/message": 1e6 / theirs }],
      [shape, "Dormouse's runner", { "messages/s": ours, "runner µs/message": 1e6 / ours }],
    ];
  })
);

const codec: Row[] = ["64 B", "1 KiB", "16 KiB"].flatMap((size): Row[] => [
  [size, "@rivetkit/engine-runner-protocol", { "encode ns": 3_400, "decode ns": 4_500 }],
  [size, "Dormouse", { "encode ns": 120, "decode ns": 60 }],
]);

const wake: Row[] = [100, 500, 2_000].flatMap((rate) =>
  [
    ["bare Deno echo, awake", 60] as const,
    ["Dormouse, embedded, without state", 130] as const,
    ["Dormouse, embedded, with state", 180] as const,
  ].map(([contender, p50]): Row => [`${rate} a second`, contender, {
    "p50 µs": p50 * (1 + rate / 2_000),
    "p99 µs": 4 * p50 * (1 + rate / 500),
    "sent late, p99 µs": 20,
  }])
);

const memory: Row[] = ["hibernating socket, an actor each", "awake actor with a socket"].flatMap(
  (shape): Row[] => [
    [shape, "bare Deno echo", { "JS heap KiB": 2.4, "resident KiB": 16 }],
    [shape, "Dormouse's gateway", { "JS heap KiB": 3.1, "resident KiB": 19 }],
    [shape, "Dormouse's runner", { "JS heap KiB": 0.001, "resident KiB": 0.05 }],
  ],
);

const counter: Row[] = [
  "50 connections × 10 in flight, 50 actors",
  "50 connections × 1",
  "20 000/s offered, 50 actors",
].map((shape, i) => [shape, "Dormouse, embedded", {
  "messages/s": 62_000 / (i + 1),
  "answer p50 ms": 7 / (i + 1),
  "answer p99 ms": 14 / (i + 1),
  "ack p50 ms": 8 / (i + 1),
  "ack p99 ms": 22 / (i + 1),
  "loop delay p99 ms": 4,
  "acks/message": 0.02,
}]);

const BYTES = "message bytes";
const growth: Row[] = ([
  ["sockets", [1, 10, 100, 1_000, 15_000]],
  ["actors", [1, 10, 100, 1_000, 10_000]],
  ["runners", [1, 2, 4, 8, 16]],
  [BYTES, [0, 64, 1_024, 16_384, 262_144, 1_048_576]],
] as const).flatMap(([axis, values]) =>
  values.flatMap((value) => {
    const slowness = 1 + value / (axis === BYTES ? 8_000 : 50_000);
    const row = (contender: string, times: number): Row => [`${axis}: ${value}`, contender, {
      "messages/s": 90_000 / slowness / times,
      "p50 µs": 900 * slowness * times,
      "server µs/message": 10 * slowness * times,
      "resident MiB": 80 * times + (axis === BYTES ? 0 : value * 0.02),
    }];
    if (axis === "runners") return [row("Dormouse, gateway and runners", 2.9)];
    return [
      row("bare Deno echo", 1),
      row("Dormouse, embedded", 1.3),
      row("Dormouse, two processes", 2.9),
    ];
  })
);

/** Of five rounds, how far each is off. */
const OFF = [0.93, 1.02, 1, 1.1, 0.98];

export const MADE_UP: Results = {
  machine: { cpu: "Made-up CPU", cores: 2, memoryGiB: 8, os: "linux 0.0" },
  versions: { Dormouse: "0.0.0", Deno: "0.0.0" },
  studies: Object.entries({ echo, http, runner, codec, counter, wake, memory, growth }).map((
    [name, rows],
  ) => ({
    name,
    title: `what ${name} compares`,
    date: "2026-01-02",
    commit: "0000000",
    rounds: 5,
    loadBefore: 0.25,
    seconds: 60,
    measurements: rows.flatMap(([shape, contender, figures]): Measurement[] =>
      Object.entries(figures).map(([figure, value]) => ({
        case: shape,
        contender,
        figure,
        // Contenders are not off alike.
        values: OFF.map((_, round) => value * OFF[(round + contender.length) % OFF.length]!),
      }))
    ),
  } satisfies StudyResult)),
};

function amount(value: number): string {
  return value.toLocaleString("en").replaceAll(",", " ");
}
