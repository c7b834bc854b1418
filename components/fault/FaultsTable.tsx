import type { Fault } from "../../lib/faults/fault.ts";
import { formatAge, formatBytes, shortId } from "../format.ts";
import type { UrlState } from "../page/url_state.ts";
import { Empty } from "../Panel.tsx";
import { type Column, DataTable } from "../table/DataTable.tsx";

export interface FaultsTableProps {
  readonly faults: readonly Fault[];
  readonly now: number;
  readonly url: UrlState;
  /** Left out for who may not. */
  readonly onMend?: ((fault: Fault) => void) | undefined;
}

/** What goes wrong on purpose just now. */
export function FaultsTable({ faults, now, url, onMend }: FaultsTableProps) {
  return (
    <DataTable
      of="faults"
      label="Faults of now"
      columns={columns(now, onMend)}
      rows={faults}
      keyOf={({ id }) => `${id}`}
      dataOf={({ kind }) => ({ "data-fault": kind })}
      sort={{ column: "left", down: false }}
      isPaused={false}
      inAll={faults.length}
      empty={
        <Empty title="Nothing goes wrong on purpose">
          Cut a tunnel, or hold back its acks, while clients talk to an actor. The lamp of the
          overview says whether a message was lost, doubled or reordered; a socket’s page shows what
          waits, and the event log what came of it.
        </Empty>
      }
      url={url}
    />
  );
}

function columns(now: number, onMend: FaultsTableProps["onMend"]): readonly Column<Fault>[] {
  return [
    { id: "says", title: "Fault", by: ({ says }) => says, cell: ({ says }) => says },
    {
      id: "on",
      title: "On",
      class: "w-40 hidden sm:table-cell",
      by: ({ on }) => on,
      cell: ({ kind, on }) => {
        if (on === null) return "";
        const page = kind === "slow" ? "sockets" : "runners";
        return (
          <a class="hover:underline" href={`/${page}/${encodeURIComponent(on)}`}>{shortId(on)}</a>
        );
      },
    },
    {
      id: "left",
      title: "Still for",
      isNumber: true,
      class: "w-20",
      by: ({ untilTs }) => untilTs - now,
      cell: ({ untilTs }) => formatAge(Math.max(0, untilTs - now)),
    },
    {
      id: "kept",
      title: "Waiting",
      help: "Frames, messages and closes that are held back, and their bytes",
      isNumber: true,
      class: "w-32",
      by: ({ kept }) => kept,
      cell: ({ kept, keptBytes }) => kept === 0 ? "" : `${kept}, ${formatBytes(keptBytes)}`,
    },
    ...onMend === undefined ? [] : [{
      id: "mend",
      title: "",
      class: "w-20",
      by: () => null,
      cell: (fault: Fault) => (
        <button
          type="button"
          class="button button-small"
          data-testid="mend"
          onClick={() => onMend(fault)}
        >
          Mend
        </button>
      ),
    }],
  ];
}
