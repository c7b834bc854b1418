import type { RequestView } from "../../gateway/view.ts";
import { formatId } from "../../protocol/mod.ts";
import type { Inspected } from "../inspected.ts";

/** An HTTP request that has not ended. */
export interface OpenRequestRow {
  readonly requestId: string;
  readonly actorId: string;
  readonly method: string;
  /** Without secrets. */
  readonly path: string;
  /** Of the answer, once that has begun. */
  readonly status: number | null;
  readonly startedTs: number;
  /** Whether it is on its way to the actor, or there. */
  readonly isSent: boolean;
}

/** Oldest first. None at a runner alone: those that are there belong to its gateway. */
export function openRequests(
  { source: { gateway }, recorder: { secrets } }: Inspected,
  most: number,
): { readonly rows: readonly OpenRequestRow[]; readonly inAll: number } {
  if (gateway === undefined) return { rows: [], inAll: 0 };
  const rows = [...Iterator.from(gateway.requestLooks()).take(most)]
    .map((look) => rowOf(look.view(), secrets.path(look.view().path)));
  return { rows, inAll: gateway.summary().requestsInFlight };
}

function rowOf({ requestId, ...view }: RequestView, path: string): OpenRequestRow {
  return { ...view, requestId: formatId(requestId), path };
}
