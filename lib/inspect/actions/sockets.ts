import * as v from "valibot";
import type { ClosePlan } from "../../gateway/view.ts";
import type { Close } from "../../protocol/mod.ts";
import { action, close, dryRun, ids, type Job, type Task } from "./action.ts";
import type { Control } from "./control.ts";
import type { ActRow } from "./shapes.ts";

const about = "Closes clients' sockets; their actors hear of it as of a close of the client";

export const closeOne = action({
  path: "/api/sockets/{requestId}/close",
  verb: "close",
  about,
  body: v.strictObject({ ...dryRun, ...close }),
  isOne: true,
  job: (control, { requestId }, close) => closing(control, [requestId!], close),
});

export const closeMany = action({
  path: "/api/sockets/close",
  verb: "close",
  about,
  body: v.strictObject({ ...dryRun, ...close, requestIds: ids("socket") }),
  isOne: false,
  job: (control, _parts, { requestIds, ...close }) => closing(control, requestIds, close),
});

export function closing(control: Control, ids: readonly string[], close: Close): Job {
  const { code, reason } = close;
  return {
    tasks: ids.map((id) => closingOf(control, id, { code, reason })),
    notes: [`The client is told ${code} ${reason}`.trim()],
    detail: `${code} ${reason}`.trim(),
  };
}

function closingOf(control: Control, id: string, close: Close): Task {
  return {
    id,
    // deno-lint-ignore require-await
    plan: async () => {
      const plan = control.planClose(id);
      const isClosed = plan.phase === "closed";
      return row(plan, id, {
        result: "planned",
        socketsClosed: isClosed ? 0 : 1,
        detail: isClosed
          ? "Its client has left already: nothing would change"
          : plan.wakesActor
          ? "It would close, and its actor wakes to hear of it"
          : "It would close",
      });
    },
    // deno-lint-ignore require-await
    act: async () => {
      const outcome = control.closeSocket(id, close);
      const { result } = outcome;
      return row(outcome, id, {
        result,
        socketsClosed: result === "closed" ? 1 : 0,
        detail: result === "closed"
          ? outcome.wakesActor ? "It closed, and its actor wakes to hear of it" : "It closed"
          : "Its client had left already",
      });
    },
  };
}

function row(
  { actorId, phase, pendingMessages }: ClosePlan,
  requestId: string,
  rest: Pick<ActRow, "result" | "socketsClosed" | "detail">,
): ActRow {
  return {
    actorId,
    requestId,
    phase,
    socketsKept: 0,
    messagesReplayed: pendingMessages,
    requestsInFlight: 0,
    tookMs: null,
    code: null,
    ...rest,
  };
}
