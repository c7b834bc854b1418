import * as v from "valibot";
import { badRequest } from "../../input/mod.ts";
import type { ClosePlan, ReplayPlan } from "../../gateway/view.ts";
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

export const replayOne = action({
  path: "/api/sockets/{requestId}/replay",
  verb: "replay",
  about: "Says something to a socket's actor as its client would: it gets the next index",
  body: v.strictObject({ ...dryRun, text: v.optional(v.string()), base64: v.optional(v.string()) }),
  isOne: true,
  job: (control, { requestId }, { text, base64 }) => {
    const data = dataOf(text, base64);
    const size = typeof data === "string" ? "a text" : `${data.length} bytes`;
    return {
      tasks: [replayOf(control, requestId!, data)],
      notes: [
        "The actor cannot tell it from a message that its client sends now",
        "Its client is not told, but sees whatever the actor answers",
      ],
      detail: size,
    };
  },
});

/** Text, or the bytes of `base64`: one of the two. Throws `api.bad_request`. */
export function dataOf(text: string | undefined, base64: string | undefined): string | Uint8Array {
  if ((text === undefined) === (base64 === undefined)) {
    throw badRequest("body: either `text` or `base64` is wanted");
  }
  if (text !== undefined) return text;
  try {
    return Uint8Array.fromBase64(base64!, { lastChunkHandling: "strict" });
  } catch {
    throw badRequest("body: `base64` is not that");
  }
}

function replayOf(control: Control, id: string, data: string | Uint8Array): Task {
  const told = (
    plan: ReplayPlan,
    result: "planned" | "said",
    says: string,
  ): ActRow => {
    const wakes = plan.wakesActor ? ", which wakes for it" : "";
    const detail = `${says} as a new message of this client, with the index ${plan.index}${wakes}`;
    return row(plan, id, { result, socketsClosed: 0, detail });
  };
  return {
    id,
    // deno-lint-ignore require-await
    plan: async () => told(control.planReplay(id, data), "planned", "The actor would get it"),
    // deno-lint-ignore require-await
    act: async () => told(control.replay(id, data), "said", "The actor gets it"),
  };
}

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
