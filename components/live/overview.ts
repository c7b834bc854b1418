import type {
  ActorRow,
  EventRow,
  HistoryRow,
  HistoryRunner,
  Overview,
  PromisesKept,
  Snapshot,
  SocketRow,
} from "../../lib/inspect/mod.ts";
import { type LogOf, logTopic, type TableOf, tableTopic, type Topic, valueTopic } from "./topic.ts";

/** What the overview watches, and under which addresses. */
export const OVERVIEW = {
  overview: "/api/overview",
  actors: "/api/actors",
  sockets: "/api/sockets",
  events: "/api/events",
  promises: "/api/promises",
  runners: "/api/history/runners",
} as const;

/** The history of one runner, or with "" of all. */
export function historyAddress(runner: string): string {
  const address = "/api/history";
  return runner === "" ? address : `${address}?${new URLSearchParams({ runner })}`;
}

export interface OverviewFirst {
  readonly ts: number;
  readonly overview: Overview;
  readonly actors: TableOf<ActorRow>;
  readonly sockets: TableOf<SocketRow>;
  readonly events: Omit<LogOf<EventRow>, "missed">;
  readonly promises: PromisesKept;
  readonly runners: TableOf<HistoryRunner>;
  /** Of this runner, or with "" of all. */
  readonly runner: string;
  readonly history: TableOf<HistoryRow>;
}

export interface OverviewTopics {
  readonly overview: Topic<Overview>;
  readonly actors: Topic<TableOf<ActorRow>>;
  readonly sockets: Topic<TableOf<SocketRow>>;
  readonly events: Topic<LogOf<EventRow>>;
  readonly promises: Topic<PromisesKept>;
  readonly runners: Topic<TableOf<HistoryRunner>>;
  readonly history: Topic<TableOf<HistoryRow>>;
}

/** `runner`: whose history it is to be, "" for all. */
export function overviewTopics(first: OverviewFirst, runner: string): OverviewTopics {
  const history = runner === first.runner ? first.history : { rows: [], inAll: 0 };
  return {
    overview: valueTopic(OVERVIEW.overview, first.overview),
    actors: tableTopic(OVERVIEW.actors, "actorId", first.actors),
    sockets: tableTopic(OVERVIEW.sockets, "requestId", first.sockets),
    events: logTopic(OVERVIEW.events, first.events, 100),
    promises: valueTopic(OVERVIEW.promises, first.promises),
    runners: tableTopic(OVERVIEW.runners, "runnerId", first.runners),
    history: tableTopic(historyAddress(runner), "second", history),
  };
}

/** What the overview shows. */
export type Shown = Omit<Snapshot, "ts" | "requests" | "latencySeries">;

export function snapshotOf(topics: OverviewTopics): Shown {
  const actors = topics.actors.known.value;
  const sockets = topics.sockets.known.value;
  const events = topics.events.known.value;
  return {
    ...topics.overview.known.value,
    instance: events.instance,
    actors: actors.rows,
    sockets: sockets.rows,
    inAll: { actors: actors.inAll, sockets: sockets.inAll },
    events: events.rows,
  };
}
