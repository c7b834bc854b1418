import type { ComponentChildren } from "preact";
import type { FrameRow } from "../../lib/inspect/mod.ts";
import { Chip, type Tone } from "../Chip.tsx";
import { Index } from "../Figure.tsx";
import { formatBytes, formatCount, shortId } from "../format.ts";
import type { LogOf } from "../live/topic.ts";
import type { UrlState } from "../page/url_state.ts";
import { formatInstant } from "../socket/MessagesTable.tsx";
import { type Column, DataTable } from "../table/DataTable.tsx";
import { PICKED } from "./kinds.ts";

export interface FramesTableProps {
  readonly frames: LogOf<FrameRow>;
  readonly url: UrlState;
  readonly zone: "UTC" | undefined;
  readonly isPaused: boolean;
  /** Of the tunnels of several runners. */
  readonly isMixed: boolean;
  /** One of them is shown beside the list, which is narrow then. */
  readonly isNarrow: boolean;
  readonly empty: ComponentChildren;
}

/** What went over the tunnels, newest first. */
export function FramesTable(
  { frames, url, zone, isPaused, isMixed, isNarrow, empty }: FramesTableProps,
) {
  return (
    <DataTable
      of="frames"
      label="Frames"
      columns={columns(zone, isMixed, isNarrow ? "hidden 2xl:table-cell" : null)}
      rows={frames.rows}
      keyOf={({ id }) => String(id)}
      dataOf={({ kind, direction }) => ({ "data-kind": kind, "data-direction": direction })}
      pick={{ picked: url.get(PICKED), by: ({ id }) => url.set(PICKED, String(id)) }}
      sort={{ column: "n", down: true }}
      inAll={frames.lastId}
      {...{ url, isPaused, empty }}
    />
  );
}

/** Which way it went. */
export function Direction({ direction }: Pick<FrameRow, "direction">) {
  const toRunner = direction === "toRunner";
  return (
    <span class={toRunner ? "text-accent" : "text-asleep"}>
      <span aria-hidden="true">{toRunner ? "→ " : "← "}</span>
      <span class="max-sm:sr-only">{toRunner ? "runner" : "gateway"}</span>
    </span>
  );
}

const TONES: Readonly<Partial<Record<FrameRow["kind"], Tone>>> = {
  unreadable: "bad",
  requestAbort: "warn",
  responseAbort: "warn",
  stopping: "warn",
  close: "warn",
  webSocketMessage: "awake",
  commands: "asleep",
  events: "asleep",
};

export function KindChip({ kind }: Pick<FrameRow, "kind">) {
  return <Chip tone={TONES[kind] ?? "plain"}>{kind}</Chip>;
}

/** Of a frame, or that there was none. */
export function sizeOf({ bytes }: Pick<FrameRow, "bytes">): string {
  return bytes === null ? "no frame" : formatBytes(bytes);
}

/** `wide`: of columns that are shown only where there is room for them, in place of their own. */
function columns(
  zone: "UTC" | undefined,
  isMixed: boolean,
  wide: string | null,
): readonly Column<FrameRow>[] {
  return [
    {
      id: "n",
      title: "#",
      help: "Counts the frames that were noted",
      class: "w-20 max-sm:w-14",
      by: ({ id }) => id,
      cell: ({ id }) => <span class="numbers">{id}</span>,
    },
    {
      id: "at",
      title: "At",
      class: `w-28 numbers ${wide ?? "hidden lg:table-cell"}`,
      by: ({ id }) => id,
      cell: ({ ts }) => formatInstant(ts, zone),
    },
    {
      id: "to",
      title: "To",
      class: "w-24 max-sm:w-10",
      by: ({ direction }) => direction,
      cell: ({ direction }) => <Direction direction={direction} />,
    },
    ...(isMixed && wide === null ? [runnerColumn] : []),
    {
      id: "kind",
      title: "Kind",
      class: "w-44 max-sm:w-40",
      by: ({ kind }) => kind,
      cell: ({ kind }) => <KindChip kind={kind} />,
    },
    {
      id: "of",
      title: "Of",
      help: "The client's socket or request, or the actor",
      class: `w-24 font-mono text-xs ${wide ?? "hidden md:table-cell"}`,
      by: ({ requestId, actorId }) => requestId ?? actorId,
      cell: ({ requestId, actorId }) => (
        <span title={requestId ?? actorId ?? undefined}>
          {requestId ?? (actorId === null ? "" : shortId(actorId))}
        </span>
      ),
    },
    {
      id: "index",
      title: "Index",
      isNumber: true,
      class: `w-16 ${wide ?? "hidden md:table-cell"}`,
      by: ({ index }) => index,
      cell: ({ index }) => index === null ? "" : <Index of={index} />,
    },
    {
      id: "size",
      title: "Size",
      help: "Of the frame; within one process messages are handed over without one",
      isNumber: true,
      class: `w-26 ${wide ?? "hidden sm:table-cell"}`,
      by: ({ bytes }) => bytes,
      cell: (row) => <span class={row.bytes === null ? "text-muted" : ""}>{sizeOf(row)}</span>,
    },
    {
      id: "says",
      title: "Says",
      by: ({ note }) => note,
      cell: (row) => <Says row={row} />,
    },
  ];
}

const runnerColumn: Column<FrameRow> = {
  id: "runner",
  title: "Runner",
  class: "w-22 font-mono text-xs hidden lg:table-cell",
  by: ({ runnerId }) => runnerId,
  cell: ({ runnerId }) => (
    <span title={runnerId ?? undefined}>{runnerId === null ? "" : shortId(runnerId)}</span>
  ),
};

function Says({ row: { note, preview, skipped, isFirst } }: { row: FrameRow }) {
  return (
    <>
      {isFirst && (
        <Mark id="first" title="What went before was not noted: nobody watched">trace begins</Mark>
      )}
      {skipped > 0 && (
        <Mark id="skipped" title="More came than is noted in a second">
          {`${formatCount(skipped)} not noted`}
        </Mark>
      )}
      {note}
      {preview !== null && <span class="text-muted ml-2 font-mono text-xs">{preview}</span>}
    </>
  );
}

function Mark({ id, title, children }: { id: string; title: string; children: string }) {
  return (
    <span class="mr-1.5" data-note={id}>
      <Chip tone={id === "first" ? "plain" : "warn"} title={title}>{children}</Chip>
    </span>
  );
}
