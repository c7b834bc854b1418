import type { ReadonlySignal } from "@preact/signals";
import type { TableOf, Topic } from "../components/live/topic.ts";
import { tableTopic, valueTopic } from "../components/live/topic.ts";
import type { ActorRow, HistoryRow, Overview, SocketRow } from "../lib/inspect/mod.ts";

/** Rows of a list that are asked for: more than any terminal has lines. */
const ROWS = 1_000;

/** What is watched: `null`, or without rows, before it was told. */
export interface Watched {
  readonly overview: Topic<Overview | null>;
  readonly history: Topic<TableOf<HistoryRow>>;
  readonly actors: Topic<TableOf<ActorRow>>;
  readonly sockets: Topic<TableOf<SocketRow>>;
}

/** What is known of it at one time. */
export type Known = {
  readonly [Name in keyof Watched]: Watched[Name]["known"] extends ReadonlySignal<infer Value>
    ? Value
    : never;
};

export function watched(): Watched {
  const nothing = { rows: [], inAll: 0 };
  return {
    overview: valueTopic<Overview | null>("/api/overview", null),
    history: tableTopic<HistoryRow>("/api/history?seconds=10", "second", nothing),
    actors: tableTopic<ActorRow>(`/api/actors?limit=${ROWS}`, "actorId", nothing),
    sockets: tableTopic<SocketRow>(`/api/sockets?limit=${ROWS}`, "requestId", nothing),
  };
}

export function knownOf({ overview, history, actors, sockets }: Watched): Known {
  return {
    overview: overview.known.value,
    history: history.known.value,
    actors: actors.known.value,
    sockets: sockets.known.value,
  };
}
