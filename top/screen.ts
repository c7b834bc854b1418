import stringWidth from "string-width";
import { formatAge, formatBytes, formatCount, formatMs, plural } from "../components/format.ts";
import type { HistoryRow } from "../lib/inspect/mod.ts";
import type { Known } from "./known.ts";
import { type Column, LIST_OF, LISTS } from "./lists.ts";
import { HELP, type State } from "./state.ts";

/** How a line is drawn. */
export type Tone = "plain" | "strong" | "quiet" | "bad" | "head";

export interface Line {
  readonly text: string;
  readonly tone: Tone;
}

export interface Around {
  readonly url: string;
  readonly columns: number;
  readonly lines: number;
  /** The server's time, in ms since 1970. */
  readonly now: number;
  /** What is wrong with the connection, "" for nothing. */
  readonly problem: string;
}

const HEAD_LINES = 7;

/** Rows that a screen of so many lines has room for. */
export function pageOf(lines: number): number {
  return Math.max(1, lines - HEAD_LINES - 1);
}

/** The whole screen: no line is wider than it, and there are no more lines than it has. */
export function screen(state: State, known: Known, around: Around): Line[] {
  const lines = [...head(known, around)];
  if (state.isHelp) {
    lines.push({ text: "", tone: "plain" });
    for (const [key, what] of HELP) {
      lines.push({ text: `  ${key.padEnd(16)}${what}`, tone: "plain" });
    }
  } else {
    lines.push(...list(state, known, around));
  }
  const shown = lines.slice(0, Math.max(1, around.lines - 1));
  shown.push({ text: foot(state, known), tone: "quiet" });
  return shown.map(({ text, tone }) => ({ text: cut(safe(text), around.columns), tone }));
}

function head({ overview, history }: Known, { url, now, problem }: Around): Line[] {
  if (overview === null) {
    const why = problem === "" ? "connecting" : problem;
    return [{ text: `dormouse top · ${url} · ${why}`, tone: problem === "" ? "strong" : "bad" }];
  }
  const { totals, tunnel, latency, startedTs, role } = overview;
  const { asleep = 0, ...others } = totals.actors;
  const awake = Object.values(others).reduce((sum, count) => sum + count, 0);
  const last = lastWhole(history.rows);
  const state = problem === "" ? "live" : `lost: ${problem}`;
  return [
    {
      text: `dormouse top · ${url} · ${role} · up ${formatAge(now - startedTs)} · ${state}`,
      tone: problem === "" ? "strong" : "bad",
    },
    {
      text: `actors    ${formatCount(awake)} awake · ` +
        (role === "runner" ? "sleepers not here" : `${formatCount(asleep)} asleep`) +
        ` · ${plural(totals.sleeps, "sleep")} · ${plural(totals.wakes, "wake")}`,
      tone: "plain",
    },
    {
      text: `clients   ${plural(totals.socketsOpen, "WebSocket")}, ` +
        `${formatCount(totals.socketsHibernating)} hibernating · ` +
        `${formatCount(totals.requestsInFlight)} HTTP in flight, ` +
        `${formatCount(totals.requestsEnded)} ended`,
      tone: "plain",
    },
    {
      text: `messages  ${rate(last, "messagesIn")} in · ${rate(last, "messagesOut")} out · ` +
        `${formatCount(totals.pendingMessages)} pending, ${formatBytes(totals.pendingBytes)}`,
      tone: "plain",
    },
    {
      text: `${role === "runner" ? "commits " : "acks    "}  p50 ${formatMs(latency.p50)} · ` +
        `p99 ${formatMs(latency.p99)} · tunnel ${tunnel.state}` +
        (tunnel.roundTripMs === null ? "" : `, ${formatMs(tunnel.roundTripMs)}`),
      tone: tunnel.state === "connected" ? "plain" : "bad",
    },
    { text: "", tone: "plain" },
  ];
}

/** The newest step that is over. */
function lastWhole(rows: readonly HistoryRow[]): HistoryRow | undefined {
  return rows.reduce<HistoryRow | undefined>(
    (last, row) => last === undefined || row.second > last.second ? row : last,
    undefined,
  );
}

function rate(row: HistoryRow | undefined, what: "messagesIn" | "messagesOut"): string {
  const count = row?.[what] ?? null;
  return `${formatCount(count === null ? null : Math.round(count / row!.seconds))}/s`;
}

function list(state: State, known: Known, { columns: width, lines, now }: Around): Line[] {
  const { columns } = LIST_OF[state.list];
  const fitting = fit(columns, width);
  const rows = rowsOf(state, known, now);
  const skipped = Math.min(state.skipped, Math.max(0, rows.length - pageOf(lines)));
  const title = fitting.map(({ column, width }) => {
    const isSorted = columns[state.sort] === column;
    return pad(
      isSorted ? `${column.title}${state.isDown ? "▾" : "▴"}` : column.title,
      width,
      column,
    );
  }).join(" ");
  return [
    { text: title, tone: "head" },
    ...rows.slice(skipped, skipped + pageOf(lines)).map((row): Line => ({
      text: fitting.map(({ column, width }) => pad(safe(column.text(row, now)), width, column))
        .join(" "),
      tone: "plain",
    })),
  ];
}

/** Those that have the filter's text somewhere, in the chosen order. */
export function rowsOf(state: State, known: Known, now: number): readonly unknown[] {
  const { columns, rows } = LIST_OF[state.list];
  const wanted = state.filter.toLowerCase();
  const { by } = columns[state.sort]!;
  const sign = state.isDown ? -1 : 1;
  return rows(known)
    .filter((row) =>
      wanted === "" ||
      columns.some(({ text }) => text(row, now).toLowerCase().includes(wanted)) ||
      JSON.stringify(row).toLowerCase().includes(wanted)
    )
    .toSorted((a, b) => order(by(a), by(b), sign));
}

function order(a: string | number | null, b: string | number | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a === b ? 0 : a < b ? -sign : sign;
}

/** The columns that have room, the first with what is left over. */
function fit(columns: readonly Column<unknown>[], width: number) {
  const [first, ...others] = columns;
  const fitting = [{ column: first!, width: first!.width }];
  let left = width - first!.width;
  for (const column of others) {
    if (left < column.width + 1) break;
    fitting.push({ column, width: column.width });
    left -= column.width + 1;
  }
  fitting[0]!.width += Math.max(0, left);
  return fitting;
}

function foot(state: State, known: Known): string {
  if (state.isTyping) return `/${state.filter}_   Enter keeps it, Esc drops it`;
  const lists = LISTS.map((name) => name === state.list ? `[${name}]` : name).join(" ");
  const { inAll } = LIST_OF[state.list];
  return [
    `${lists} ${formatCount(inAll(known))}`,
    ...(state.filter === "" ? [] : [`filter ${JSON.stringify(state.filter)}`]),
    ...(state.isPaused ? ["paused"] : []),
    "Tab list · s sort · r reverse · / filter · p pause · ? help · q quit",
  ].join(" · ");
}

/** What others chose must not steer the terminal. */
function safe(text: string): string {
  return text.replaceAll(/\p{C}/gu, "·");
}

function pad(text: string, width: number, { isNumber = false }: { isNumber?: boolean }): string {
  const shown = cut(text, width);
  const gap = " ".repeat(Math.max(0, width - stringWidth(shown)));
  return isNumber ? gap + shown : shown + gap;
}

/** The begin of a text that is as wide as `width` at most. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let shown = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(shown + segment) > width - 1) break;
    shown += segment;
  }
  return `${shown}…`;
}
