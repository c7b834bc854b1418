import { partsOf } from "../api/find.ts";
import type { Parts } from "../api/resource.ts";
import type { Action } from "./action.ts";
import { FAULT_ACTIONS } from "./faults.ts";
import { hibernateMany, hibernateOne, wakeMany, wakeOne } from "./actors.ts";
import { RUNNER_ACTIONS } from "./runners.ts";
import { replayRequest } from "./requests.ts";
import { closeMany, closeOne, replayOne } from "./sockets.ts";

/** Everything that can be done, each at an address of its own. */
export const ACTIONS: readonly Action[] = [
  hibernateMany,
  hibernateOne,
  wakeMany,
  wakeOne,
  closeMany,
  closeOne,
  replayOne,
  replayRequest,
  ...RUNNER_ACTIONS,
  ...FAULT_ACTIONS,
];

/** The action at a path, and the named parts of that; `undefined` when there is none. */
export function findAction(pathname: string): { action: Action; parts: Parts } | undefined {
  for (const action of ACTIONS) {
    const parts = partsOf(action.path, pathname);
    if (parts !== undefined) return { action, parts };
  }
  return undefined;
}

export type { Action } from "./action.ts";
export type { Actor, AuditEntry, AuditRow } from "./audit.ts";
export { type Order, perform } from "./perform.ts";
export { type ActAnswer, actAnswer, type ActCounts, type ActRow, type Verb } from "./shapes.ts";
