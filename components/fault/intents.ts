import type { RunnerRow } from "../../lib/inspect/mod.ts";
import type { Fault } from "../../lib/faults/fault.ts";
import type { Intent } from "../act/intent.ts";
import { plural, shortId } from "../format.ts";

/** It is about no actor. */
const named: Intent["named"] = () => ({ name: "", href: "/faults" });

export function onTunnel(
  verb: "cut" | "freeze" | "hold_acks",
  { runnerId, name }: Pick<RunnerRow, "runnerId" | "name">,
  forMs: number,
): Intent {
  const path = `/api/runners/${encodeURIComponent(runnerId)}/${verb.replace("_", "-")}`;
  const of = verb === "freeze" ? "" : verb === "cut" ? "the tunnel of " : "of ";
  const what = `${of}runner ${name} ${shortId(runnerId)}`;
  return { verb, path, body: { forMs }, what, isOne: true, named };
}

export function onClient(requestId: string, forMs: number): Intent {
  const path = `/api/sockets/${encodeURIComponent(requestId)}/slow`;
  const what = `the client of socket ${requestId}`;
  return { verb: "slow", path, body: { forMs }, what, isOne: true, named };
}

export function onNewSockets(index: number, forMs: number): Intent {
  const body = { index, forMs };
  const what = `${index}, in sockets that open now`;
  return { verb: "first_index", path: "/api/faults/first-index", body, what, isOne: true, named };
}

export function onFaults(faults: readonly Pick<Fault, "id" | "says">[]): Intent {
  const body = { ids: faults.map(({ id }) => id) };
  const what = faults.length === 1 ? `that ${faults[0]!.says}` : plural(faults.length, "fault");
  return { verb: "mend", path: "/api/faults/mend", body, what, isOne: true, named };
}
