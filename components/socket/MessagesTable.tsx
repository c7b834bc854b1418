import type { ComponentChildren } from "preact";
import type { MessageRow } from "../../lib/inspect/mod.ts";
import { Chip, type Tone } from "../Chip.tsx";
import { Index } from "../Figure.tsx";
import { formatBytes, formatCount, formatMs } from "../format.ts";
import type { TableOf } from "../live/topic.ts";
import type { UrlState } from "../page/url_state.ts";
import { type Column, DataTable } from "../table/DataTable.tsx";

export interface MessagesTableProps {
  readonly messages: TableOf<MessageRow>;
  readonly url: UrlState;
  readonly zone: "UTC" | undefined;
  readonly isPaused: boolean;
  readonly empty: ComponentChildren;
}

/** The address of one message's details: on the same page. */
export const MESSAGE = "message";

/** A socket's captured messages, newest first. */
export function MessagesTable({ messages, url, zone, isPaused, empty }: MessagesTableProps) {
  return (
    <DataTable
      of="messages"
      label="Messages"
      columns={columns(zone)}
      rows={messages.rows}
      keyOf={({ id }) => String(id)}
      dataOf={({ from, state }) => ({ "data-from": from, "data-state": state })}
      pick={{
        picked: url.get(MESSAGE),
        by: ({ id }) => url.set(MESSAGE, String(id)),
      }}
      sort={{ column: "n", down: true }}
      inAll={messages.inAll}
      {...{ url, isPaused, empty }}
    />
  );
}

/** Whoever has the message now must do something for it to get on. */
const TONES: Readonly<Record<MessageRow["state"], Tone>> = {
  said: "warn",
  sent: "warn",
  received: "plain",
  handled: "plain",
  committed: "awake",
  acked: "awake",
  left: "plain",
  taken: "plain",
  delivered: "awake",
};

export function StateChip({ state }: Pick<MessageRow, "state">) {
  return <Chip tone={TONES[state]}>{state}</Chip>;
}

/** Whose message it is. */
export function From({ from, isShort = false }: Pick<MessageRow, "from"> & { isShort?: boolean }) {
  return (
    <span class={from === "client" ? "text-accent" : "text-asleep"}>
      <span aria-hidden="true">{from === "client" ? "→ " : "← "}</span>
      <span class={isShort ? "max-sm:sr-only" : ""}>{from}</span>
    </span>
  );
}

/** 14:03:07.125 */
export function formatInstant(ts: number, zone: "UTC" | undefined): string {
  return new Date(ts).toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    ...(zone !== undefined && { timeZone: zone }),
  });
}

/** From when it was said to the last that is known of it. */
function took({ stages }: MessageRow): number | null {
  const times = Object.values(stages);
  return times.length === 0 ? null : Math.max(...times);
}

function columns(zone: "UTC" | undefined): readonly Column<MessageRow>[] {
  return [
    {
      id: "n",
      title: "#",
      help: "Counts the captured messages, both ways",
      class: "w-20 max-sm:w-14",
      by: ({ id }) => id,
      cell: ({ id }) => <span class="numbers">{id}</span>,
    },
    {
      id: "from",
      title: "From",
      class: "w-20 max-sm:w-11",
      by: ({ from }) => from,
      cell: ({ from }) => <From from={from} isShort />,
    },
    {
      id: "index",
      title: "Index",
      isNumber: true,
      class: "w-16 max-sm:w-13",
      by: ({ index }) => index,
      cell: ({ index }) => <Index of={index} />,
    },
    {
      id: "at",
      title: "Said at",
      class: "w-28 numbers hidden xl:table-cell",
      by: ({ ts }) => ts,
      cell: ({ ts }) => formatInstant(ts, zone),
    },
    {
      id: "size",
      title: "Size",
      isNumber: true,
      class: "w-20 hidden sm:table-cell",
      by: ({ bytes }) => bytes,
      cell: ({ bytes }) => formatBytes(bytes),
    },
    {
      id: "preview",
      title: "Payload",
      class: "font-mono text-xs",
      by: ({ preview }) => preview,
      cell: (row) => <Preview row={row} />,
    },
    {
      id: "stage",
      title: "State",
      class: "w-28 max-sm:w-24",
      by: ({ state }) => state,
      cell: ({ state }) => <StateChip state={state} />,
    },
    {
      id: "took",
      title: "Took",
      help: "From when it was said to its last stage",
      isNumber: true,
      class: "w-20 hidden md:table-cell",
      by: took,
      cell: (row) => formatMs(took(row)),
    },
  ];
}

function Preview({ row: { preview, kind, resent, repeated, skipped } }: { row: MessageRow }) {
  return (
    <>
      {skipped > 0 && (
        <Note title="More came than is captured in a second" id="skipped">
          {`${formatCount(skipped)} not captured`}
        </Note>
      )}
      {resent > 0 && <Note title="It was sent again" id="resent">{`sent again ×${resent}`}</Note>}
      {repeated > 0 && (
        <Note title="It came again and was dropped" id="repeated">{`duplicate ×${repeated}`}</Note>
      )}
      {preview === null
        ? <span class="text-muted italic">not captured</span>
        : kind === "binary"
        ? <span class="text-muted">{preview}</span>
        : preview}
    </>
  );
}

function Note({ id, title, children }: { id: string; title: string; children: string }) {
  return (
    <span class="mr-1.5" data-note={id}>
      <Chip tone="warn" title={title}>{children}</Chip>
    </span>
  );
}
