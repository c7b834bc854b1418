import { holdsInShort } from "../components/actor/holds.ts";
import {
  formatActor,
  formatAge,
  formatBytes,
  formatCount,
  formatIndex,
  formatMs,
} from "../components/format.ts";
import type { ActorRow, Overview, SocketRow } from "../lib/inspect/mod.ts";
import type { Known } from "./known.ts";

export type ListName = "actors" | "sockets" | "runners";
export const LISTS: readonly ListName[] = ["actors", "sockets", "runners"];

export interface Column<Row> {
  readonly title: string;
  /** In characters; the first takes what is left over. */
  readonly width: number;
  readonly isNumber?: boolean;
  /** What it is sorted by; `null` comes last. */
  readonly by: (row: Row) => string | number | null;
  /** `now`: the server's time, in ms since 1970. */
  readonly text: (row: Row, now: number) => string;
}

export interface List<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: (known: Known) => readonly Row[];
  readonly inAll: (known: Known) => number;
}

type RunnerRow = Overview["runners"][number];

const ACTORS: List<ActorRow> = {
  rows: ({ actors }) => actors.rows,
  inAll: ({ actors }) => actors.inAll,
  columns: [
    { title: "ACTOR", width: 24, by: nameOf, text: nameOf },
    { title: "STATE", width: 9, by: ({ phase }) => phase, text: ({ phase }) => phase },
    count("SOCKETS", ({ sockets }) => sockets),
    count("HELD", ({ hibernatingSockets }) => hibernatingSockets),
    count("PENDING", ({ pendingMessages }) => pendingMessages),
    count("REQ", ({ requestsInFlight }) => requestsInFlight),
    count("GEN", ({ generation }) => generation),
    {
      title: "FOR",
      width: 7,
      isNumber: true,
      by: ({ sleepTs, sinceTs }) => sleepTs ?? sinceTs,
      text: ({ sleepTs, sinceTs }, now) => formatAge(now - (sleepTs ?? sinceTs)),
    },
    {
      title: "WHY AWAKE",
      width: 28,
      by: ({ phase }) => phase,
      text: (row, now) => holdsInShort(row, now) ?? "not here",
    },
  ],
};

const SOCKETS: List<SocketRow> = {
  rows: ({ sockets }) => sockets.rows,
  inAll: ({ sockets }) => sockets.inAll,
  columns: [
    {
      title: "ACTOR",
      width: 20,
      by: ({ actorName }) => actorName,
      text: ({ actorName }) => actorName,
    },
    {
      title: "SOCKET",
      width: 9,
      by: ({ requestId }) => requestId,
      text: ({ requestId }) => requestId,
    },
    { title: "STATE", width: 11, by: ({ phase }) => phase, text: ({ phase }) => phase },
    index("SENT", ({ sent }) => sent),
    index("HANDLED", ({ handled }) => handled),
    index("ACKED", ({ acked }) => acked),
    count("PENDING", ({ pendingMessages }) => pendingMessages),
    {
      title: "BYTES",
      width: 9,
      isNumber: true,
      by: ({ pendingBytes }) => pendingBytes,
      text: ({ pendingBytes }) => formatBytes(pendingBytes),
    },
    {
      title: "OLDEST",
      width: 8,
      isNumber: true,
      by: ({ oldestUnackedMs }) => oldestUnackedMs,
      text: ({ oldestUnackedMs: ms }) => ms === null ? "" : formatMs(ms),
    },
    {
      title: "FOR",
      width: 7,
      isNumber: true,
      by: ({ openedTs }) => openedTs,
      text: ({ openedTs }, now) => formatAge(now - openedTs),
    },
  ],
};

const RUNNERS: List<RunnerRow> = {
  rows: ({ overview }) => overview?.runners ?? [],
  inAll: ({ overview }) => overview?.runners.length ?? 0,
  columns: [
    {
      title: "RUNNER",
      width: 32,
      by: ({ runnerId }) => runnerId,
      text: ({ runnerId }) => runnerId,
    },
    { title: "POOL", width: 12, by: ({ name }) => name, text: ({ name }) => name },
    { title: "STATE", width: 13, by: ({ state }) => state, text: ({ state }) => state },
    {
      title: "BY",
      width: 10,
      by: ({ transport }) => transport,
      text: ({ transport }) => transport,
    },
    count("WIRE", ({ protocolVersion }) => protocolVersion),
    count("ACTORS", ({ actors }) => actors),
    count("SLOTS", ({ totalSlots }) => totalSlots),
    {
      title: "PING",
      width: 8,
      isNumber: true,
      by: ({ roundTripMs }) => roundTripMs,
      text: ({ roundTripMs }) => formatMs(roundTripMs),
    },
    {
      title: "FOR",
      width: 7,
      isNumber: true,
      by: ({ connectedTs }) => connectedTs,
      text: ({ connectedTs }, now) => formatAge(now - connectedTs),
    },
  ],
};

/** Whoever takes one asks it for its own rows only. */
export const LIST_OF = {
  actors: ACTORS,
  sockets: SOCKETS,
  runners: RUNNERS,
} as unknown as Readonly<Record<ListName, List<unknown>>>;

function nameOf({ name, key }: ActorRow): string {
  return formatActor(name, key);
}

function count<Row>(title: string, read: (row: Row) => number | null): Column<Row> {
  return { title, width: 8, isNumber: true, by: read, text: (row) => formatCount(read(row)) };
}

function index<Row>(title: string, read: (row: Row) => number | null): Column<Row> {
  return { title, width: 8, isNumber: true, by: read, text: (row) => formatIndex(read(row)) };
}
