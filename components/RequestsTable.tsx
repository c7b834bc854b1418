import type { GatewayAddress } from "../app_state.ts";
import type { Snapshot } from "../lib/inspect/mod.ts";
import { Chip, type Tone } from "./Chip.tsx";
import { formatClock, formatMs } from "./format.ts";
import { LogList } from "./LogList.tsx";
import { Empty } from "./Panel.tsx";
import { actorUrl, type Choice } from "./samples.ts";

export interface RequestsTableProps {
  readonly requests: Snapshot["requests"];
  readonly instance: string;
  /** Actors as people speak of them, by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly gateway: GatewayAddress;
  /** What the hint asks. */
  readonly choice: Choice;
  readonly zone: "UTC" | undefined;
}

/** HTTP requests that have ended, newest first. */
export function RequestsTable(
  { requests, instance, names, gateway, choice, zone }: RequestsTableProps,
) {
  if (requests.length === 0) {
    return (
      <Empty title="No HTTP request yet">
        Ask an actor over HTTP, and the answer's status and time are listed here:
        <code class="bg-sunken text-ink mt-2 block rounded px-2 py-1.5 text-left wrap-anywhere">
          {`curl '${actorUrl(gateway, choice.name, "demo", choice.runner).href}'`}
        </code>
      </Empty>
    );
  }
  return (
    <LogList label="Requests" rows={requests} instance={instance}>
      {(request) => (
        <li
          key={request.id}
          class="flex items-baseline gap-2.5 px-3 py-1.5"
          data-testid="request-row"
          data-status={request.status}
        >
          <time class="text-muted numbers shrink-0 text-xs">
            {formatClock(request.startedTs, zone)}
          </time>
          <Chip tone={statusTone(request.status)}>{request.status}</Chip>
          <span class="min-w-0 grow truncate" title={request.error ?? request.path}>
            <span class="text-muted">{request.method}</span> {names.get(request.actorId) ?? ""}
            <span class="text-muted font-mono text-xs">{request.path}</span>
          </span>
          <span class="numbers shrink-0">{formatMs(request.durationMs)}</span>
        </li>
      )}
    </LogList>
  );
}

/** Of an answer; `null` while there is none. */
export function statusTone(status: number | null): Tone {
  if (status === null) return "plain";
  if (status >= 500) return "bad";
  return status >= 400 ? "warn" : "awake";
}
