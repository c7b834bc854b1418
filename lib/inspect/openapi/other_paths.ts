/** What the dashboard's server answers beside resources and actions, each with a route of its own. */
export interface OtherPath {
  /** As OpenAPI writes it. */
  readonly path: string;
  readonly about: string;
  /** The role that it needs; `null` for who has no token, too. */
  readonly needs: "view" | "payload" | null;
  /** The content type of its answer. */
  readonly answers: string;
  /** By name: what a parameter of the query is. */
  readonly query?: Readonly<Record<string, { readonly about: string; readonly isMany: boolean }>>;
  /** Beside 200: what the status says. */
  readonly also?: Readonly<Record<number, string>>;
}

export const OTHER_PATHS: readonly OtherPath[] = [
  {
    path: "/api/live",
    about: "Several resources in one stream of events, each message with its `topic`",
    needs: "view",
    answers: "text/event-stream",
    query: {
      watch: { about: "A resource's address with its query, from 1 to 16 of them", isMany: true },
    },
  },
  {
    path: "/api/snapshot",
    about: "All of the overview and the first rows of each table and log, as one JSON",
    needs: "view",
    answers: "application/json",
  },
  {
    path: "/api/openapi.json",
    about: "This document",
    needs: "view",
    answers: "application/json",
  },
  {
    path: "/api/sockets/{requestId}/export.har",
    about: "A WebSocket's captured messages as an HTTP archive, as Chrome has it",
    needs: "payload",
    answers: "application/json",
  },
  {
    path: "/api/sockets/{requestId}/export.ndjson",
    about: "A WebSocket's captured messages as JSON, oldest first, a line each",
    needs: "payload",
    answers: "application/x-ndjson",
  },
  {
    path: "/api/requests/{requestId}/export.har",
    about: "One HTTP request as an HTTP archive, as browsers have it",
    needs: "payload",
    answers: "application/json",
  },
  {
    path: "/metrics",
    about: "Metrics for Prometheus",
    needs: "view",
    answers: "text/plain",
  },
  {
    path: "/livez",
    about: "Whether the process answers at all",
    needs: null,
    answers: "text/plain",
  },
  {
    path: "/readyz",
    about: "Whether the process takes work, with the reasons when it does not",
    needs: null,
    answers: "application/json",
    also: { 503: "It does not take work" },
  },
];
