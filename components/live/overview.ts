import type {
  ActorRow,
  EventRow,
  HistoryRow,
  Overview,
  RequestRow,
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
  requests: "/api/requests",
  history: "/api/history",
} as const;

export interface OverviewFirst {
  readonly ts: number;
  readonly overview: Overview;
  readonly actors: TableOf<ActorRow>;
  readonly sockets: TableOf<SocketRow>;
  readonly events: Omit<LogOf<EventRow>, "missed">;
  readonly requests: Omit<LogOf<RequestRow>, "missed">;
  readonly history: TableOf<HistoryRow>;
}

export interface OverviewTopics {
  readonly overview: Topic<Overview>;
  readonly actors: Topic<TableOf<ActorRow>>;
  readonly sockets: Topic<TableOf<SocketRow>>;
  readonly events: Topic<LogOf<EventRow>>;
  readonly requests: Topic<LogOf<RequestRow>>;
  readonly history: Topic<TableOf<HistoryRow>>;
}

export function overviewTopics(first: OverviewFirst): OverviewTopics {
  return {
    overview: valueTopic(OVERVIEW.overview, first.overview),
    actors: tableTopic(OVERVIEW.actors, "actorId", first.actors),
    sockets: tableTopic(OVERVIEW.sockets, "requestId", first.sockets),
    events: logTopic(OVERVIEW.events, first.events, 100),
    requests: logTopic(OVERVIEW.requests, first.requests, 100),
    history: tableTopic(OVERVIEW.history, "second", first.history),
  };
}

/** What the overview shows. */
export interface Shown extends Omit<Snapshot, "ts" | "latencySeries"> {
  readonly history: readonly HistoryRow[];
}

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
    requests: topics.requests.known.value.rows,
    history: topics.history.known.value.rows,
  };
}
