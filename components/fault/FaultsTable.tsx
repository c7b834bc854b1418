import type { Fault } from "../../lib/faults/fault.ts";
import { formatAge, formatBytes, shortId } from "../format.ts";
import { Empty } from "../Panel.tsx";

export interface FaultsTableProps {
  readonly faults: readonly Fault[];
  readonly now: number;
  /** Left out for who may not. */
  readonly onMend?: ((fault: Fault) => void) | undefined;
}

/** What goes wrong on purpose just now: few rows, each of which goes away when it is over. */
export function FaultsTable({ faults, now, onMend }: FaultsTableProps) {
  if (faults.length === 0) {
    return (
      <Empty title="Nothing goes wrong on purpose">
        Cut a tunnel, or hold back its acks, while clients talk to an actor. The lamp of the
        overview says whether a message was lost, doubled or reordered; a socket’s page shows what
        waits, and the event log what came of it.
      </Empty>
    );
  }
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">Fault</th>
          <th scope="col">On</th>
          <th scope="col" class="num">Still for</th>
          <th scope="col" class="num">Held back</th>
          {onMend && <td />}
        </tr>
      </thead>
      <tbody>
        {faults.map((fault) => (
          <tr key={fault.id} data-testid="fault" data-fault={fault.kind}>
            <th scope="row" class="whitespace-normal">{fault.says}</th>
            <td>{fault.on !== null && <Target kind={fault.kind} on={fault.on} />}</td>
            <td class="num">{formatAge(Math.max(0, fault.untilTs - now))}</td>
            <td class="num" data-testid="kept">
              {fault.kept === 0 ? "" : `${fault.kept}, ${formatBytes(fault.keptBytes)}`}
            </td>
            {onMend && (
              <td>
                <button
                  type="button"
                  class="button button-small"
                  data-testid="mend"
                  onClick={() => onMend(fault)}
                >
                  Mend
                </button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Target({ kind, on }: { kind: Fault["kind"]; on: string }) {
  const page = kind === "slow" ? "sockets" : "runners";
  return <a class="hover:underline" href={`/${page}/${encodeURIComponent(on)}`}>{shortId(on)}</a>;
}
