import { GatewayError } from "../../gateway/errors.ts";
import type { Parts } from "../api/resource.ts";
import type { Inspected } from "../inspected.ts";
import type { Action, Job, Task } from "./action.ts";
import { type Actor, type AuditEntry, NAMED_TARGETS } from "./audit.ts";
import { controlOf } from "./control.ts";
import type { ActAnswer, ActRow } from "./shapes.ts";

/** What is asked for, and by whom. */
export interface Order {
  readonly action: Action;
  readonly parts: Parts;
  /** As the action's schema made it. */
  readonly body: Readonly<Record<string, unknown>>;
  /** As it was asked for. */
  readonly path: string;
  readonly by: Actor;
}

/**
 * Does what is asked for, or says what it would do, and tells the audit log what was done. One thing
 * that fails among many is a row that says why; alone, it rejects with its `GatewayError`.
 */
export async function perform(inspected: Inspected, order: Order): Promise<ActAnswer> {
  const { action, parts, body } = order;
  const dryRun = body.dryRun === true;
  const { host, audit } = inspected;
  const [ts, startedAt] = [host.epoch(), host.now()];
  const tell = (
    entry: Pick<AuditEntry, "on" | "targets" | "failed" | "outcome" | "detail">,
    error?: unknown,
  ): void => {
    if (dryRun) return;
    const { path, by: { role, session } } = order;
    const tookMs = host.now() - startedAt;
    audit.add({ ts, role, session, action: action.verb, path, ...entry, tookMs }, error);
  };
  let job: Job;
  try {
    job = action.job(controlOf(inspected), parts, body);
    checkTargets(inspected, job.tasks.length);
    if (!dryRun) job.begin?.();
  } catch (error) {
    const on = Object.values(parts);
    tell({ on, targets: 1, failed: 1, outcome: "failed", detail: codeOf(error) }, error);
    throw error;
  }
  const { tasks, notes, on = Object.values(parts), detail = "" } = job;
  const failures: unknown[] = [];
  const rows = await atMost(inspected.limits.actionsAtOnce, tasks, async (task) => {
    try {
      return await (dryRun ? task.plan() : task.act());
    } catch (error) {
      failures.push(error);
      return failed(action, task, error);
    }
  });
  const sum = sumOf(rows);
  tell({
    on: (tasks.length === 0 ? on : tasks.map(({ id }) => id)).slice(0, NAMED_TARGETS),
    targets: sum.targets,
    failed: sum.failed,
    outcome: sum.failed === 0 ? "done" : sum.failed < sum.targets ? "partly" : "failed",
    detail: failures.length > 0 ? codeOf(failures[0]) : detail,
  }, failures[0]);
  if (action.isOne && failures.length > 0) throw failures[0];
  return { action: action.verb, dryRun, rows, sum, notes };
}

function checkTargets({ limits, recorder }: Inspected, given: number): void {
  const limit = limits.actionTargets;
  if (given <= limit) return;
  recorder.limit("actionTargets", limit);
  throw new GatewayError(
    413,
    "dashboard",
    "too_many_targets",
    `The action is about ${given} actors or sockets, at most actionTargets=${limit} are allowed`,
  );
}

/** Each item's result, in their order; so many are under way at a time. */
async function atMost<Item, Result>(
  most: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}

function failed({ verb }: Action, { id }: Task, error: unknown): ActRow {
  const isSocket = verb === "close" || verb === "replay";
  return {
    actorId: isSocket ? null : id as ActRow["actorId"],
    requestId: isSocket ? id : null,
    phase: null,
    socketsKept: 0,
    socketsClosed: 0,
    messagesReplayed: 0,
    requestsInFlight: 0,
    result: "failed",
    tookMs: null,
    detail: error instanceof GatewayError ? error.message : "It failed: the log says why",
    code: codeOf(error),
  };
}

function codeOf(error: unknown): string {
  return error instanceof GatewayError ? error.reason : "core.internal_error";
}

function sumOf(rows: readonly ActRow[]): ActAnswer["sum"] {
  const add = (read: (row: ActRow) => number) => rows.reduce((sum, row) => sum + read(row), 0);
  return {
    targets: rows.length,
    failed: add(({ result }) => result === "failed" ? 1 : 0),
    socketsKept: add(({ socketsKept }) => socketsKept),
    socketsClosed: add(({ socketsClosed }) => socketsClosed),
    messagesReplayed: add(({ messagesReplayed }) => messagesReplayed),
    requestsInFlight: add(({ requestsInFlight }) => requestsInFlight),
  };
}
