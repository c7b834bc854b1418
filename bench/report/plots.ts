/** Which pictures a study has in `docs/performance.md`. */
import { measurementsAt, type StudyResult, summarize } from "../results.ts";
import { barChart, type BarPanel, type Kind, lineChart, type LinePanel } from "./chart.ts";

export interface Plot {
  /** As "echo.svg". */
  readonly file: string;
  /** What is seen, for those who do not see it. */
  readonly alt: string;
  readonly svg: string;
}

const PLOTS: Readonly<Record<string, (study: StudyResult) => Promise<Plot[]>>> = {
  async echo(study) {
    const panels = [
      contendersIn(study, "ping-pong", "p50 µs"),
      contendersIn(study, "50 connections × 10 in flight", "messages/s"),
    ];
    return [{
      file: "echo.svg",
      alt: "p50 of a ping-pong, and messages a second on 50 connections, of every contender",
      svg: await barChart(panels),
    }];
  },
  async http(study) {
    const panels = ["requests/s", "p50 µs"].map((figure) =>
      contendersIn(study, "32 connections", figure)
    );
    return [{
      file: "http.svg",
      alt: "Requests a second and p50 on 32 connections, of every contender",
      svg: await barChart(panels),
    }];
  },
  async runner(study) {
    const panels = sweepsOf(study).map((sweep) =>
      panelOf(study, sweep, "messages/s", `${capital(sweep.name)}: messages/s`)
    );
    return [{
      file: "runner.svg",
      alt: "Messages a second by the number of sockets, of both runners",
      svg: await lineChart(panels),
    }];
  },
  async counter(study) {
    const panels = ["answer p50 ms", "answer p99 ms"].map((figure): BarPanel => ({
      title: figure,
      bars: measurementsAt(study, { figure }).map((it) => ({
        label: it.case,
        kind: kindOf(it.contender),
        value: summarize(it.values),
      })),
    }));
    return [{
      file: "counter.svg",
      alt: "p50 and p99 of the answers, by how much is under way",
      svg: await barChart(panels),
    }];
  },
  async memory(study) {
    const panels = ["JS heap KiB", "resident KiB"].map((figure): BarPanel => ({
      ...contendersIn(study, "hibernating socket, an actor each", figure),
      title: figure,
      fromZero: true,
    }));
    return [{
      file: "memory.svg",
      alt: "JS heap and resident memory of one more hibernating socket, of every process",
      svg: await barChart(panels),
    }];
  },
  wake: (study) => sweepPlots(study, /^p\d+ /),
  growth: (study) => sweepPlots(study, / (MiB|µs\/message)$|^messages\/s$/),
};

/** Without any for a study that has only numbers. */
export async function plotsOf(study: StudyResult): Promise<Plot[]> {
  return await PLOTS[study.name]?.(study) ?? [];
}

/** A picture for each sweep, with a panel for each of these figures. */
async function sweepPlots(study: StudyResult, wanted: RegExp): Promise<Plot[]> {
  return await Promise.all(
    sweepsOf(study).map(async (sweep) => {
      const { name, unit, points } = sweep;
      const figures = [...new Set(measurementsAt(study, points[0]!).map(({ figure }) => figure))]
        .filter((figure) => wanted.test(figure));
      return {
        file: `${[study.name, name].filter(Boolean).join("-").replaceAll(" ", "-")}.svg`,
        alt: `${figures.join(", ")} by ${name || unit}`,
        svg: await lineChart(figures.map((figure) => panelOf(study, sweep, figure, figure))),
      };
    }),
  );
}

/** Cases that differ in one number only. */
interface Sweep {
  /** What the cases share: "plain" of "plain, 100 sockets", "actors" of "actors: 10". */
  readonly name: string;
  /** What the number counts: "sockets", "actors". */
  readonly unit: string;
  /** By rising x. */
  readonly points: readonly { readonly case: string; readonly x: number }[];
}

/** Sweeps of two points and more. */
export function sweepsOf({ measurements }: StudyResult): Sweep[] {
  const points = [...new Set(measurements.map((it) => it.case))].flatMap((name) => {
    const { shared = "", number, unit = "" } =
      /^(?:(?<shared>.*?)(?:: |, ))?(?<number>\d[\d ]*?)(?: (?<unit>\D+))?$/.exec(name)?.groups ??
        {};
    if (number === undefined) return [];
    return [{ case: name, shared, unit, x: Number(number.replaceAll(" ", "")) }];
  });
  return [...Map.groupBy(points, ({ shared }) => shared)]
    .filter(([, points]) => points.length > 1)
    .map(([name, unsorted]) => {
      const points = unsorted.toSorted((a, b) => a.x - b.x);
      // "1 socket" is the first of many.
      return { name, unit: points.at(-1)!.unit || name, points };
    });
}

/** What a number counts, where its case says it in short. */
const ACROSS: Readonly<Record<string, string>> = {
  "message bytes": "bytes a message",
  "a second": "wakes a second",
};

function panelOf(study: StudyResult, sweep: Sweep, figure: string, title: string): LinePanel {
  const values = sweep.points.flatMap(({ case: name, x }) =>
    measurementsAt(study, { case: name, figure }).map((it) => ({
      contender: it.contender,
      x,
      value: summarize(it.values),
    }))
  );
  return {
    title,
    across: ACROSS[sweep.unit] ?? sweep.unit,
    lines: [...Map.groupBy(values, (it) => it.contender)].map(([contender, points]) => ({
      label: contender,
      kind: kindOf(contender),
      points,
    })),
  };
}

function contendersIn(study: StudyResult, name: string, figure: string): BarPanel {
  return {
    title: `${capital(name)}: ${figure}`,
    bars: measurementsAt(study, { case: name, figure }).map((it) => ({
      label: it.contender,
      kind: kindOf(it.contender),
      value: summarize(it.values),
    })),
  };
}

function kindOf(contender: string): Kind {
  if (contender.startsWith("bare")) return "limit";
  if (contender.startsWith("Dormouse")) return "ours";
  return contender.includes("Dormouse") ? "both" : "theirs";
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
