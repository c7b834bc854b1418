import * as v from "valibot";
import { badRequest } from "../../input/mod.ts";
import { formatId } from "../../protocol/mod.ts";
import { action, dryRun, type Task } from "./action.ts";
import type { Control, RequestReplay } from "./control.ts";
import { dataOf } from "./sockets.ts";
import type { ActRow } from "./shapes.ts";

export const replayRequest = action({
  path: "/api/requests/{requestId}/replay",
  verb: "replay",
  about: "Sends a captured HTTP request to its actor again, with another path or body if wished",
  body: v.strictObject({
    ...dryRun,
    path: v.optional(
      v.pipe(v.string(), v.regex(/^\/[\x21-\x7e]*$/, "a path that begins with / is wanted")),
    ),
    text: v.optional(v.string()),
    base64: v.optional(v.string()),
  }),
  isOne: true,
  job: (control, { requestId }, { path, text, base64 }) => {
    if (text !== undefined && base64 !== undefined) {
      throw badRequest("body: `text` or `base64` is wanted, not both");
    }
    const edited = text === undefined && base64 === undefined ? undefined : dataOf(text, base64);
    const body = typeof edited === "string" ? new TextEncoder().encode(edited) : edited;
    return {
      tasks: [replayOf(control, requestId!, { path, body })],
      notes: [
        "The actor cannot tell it from a request that a client sends now",
        "Nobody waits for the answer: it is captured and dropped",
      ],
      detail: body === undefined ? "as it was" : `a body of ${body.length} bytes`,
    };
  },
});

function replayOf(
  control: Control,
  id: string,
  edits: { readonly path: string | undefined; readonly body: Uint8Array | undefined },
): Task {
  const row = async (
    replay: RequestReplay,
    result: "planned" | "said",
    requestId: string,
  ): Promise<ActRow> => {
    const { actorId, request, body, leftOut } = replay;
    const { phase } = await control.planHibernate(actorId);
    const without = leftOut.length === 0
      ? ""
      : `, without ${leftOut.join(", ")}, which was redacted`;
    const wakes = phase === "asleep" ? "; its actor wakes for it" : "";
    const size = body === null ? "" : ` and ${body.length} bytes`;
    return {
      actorId,
      requestId,
      phase,
      socketsKept: 0,
      socketsClosed: 0,
      messagesReplayed: 0,
      requestsInFlight: 0,
      result,
      tookMs: null,
      detail: `${request.method} ${request.path}${size} ${
        result === "said" ? "goes" : "would go"
      } to the actor as a new request${without}${wakes}`,
      code: null,
    };
  };
  return {
    id,
    plan: async () => await row(control.planReplayRequest(id, edits), "planned", id),
    act: async () => {
      const replay = control.planReplayRequest(id, edits);
      // Before it is sent, which may wake the actor.
      const told = await row(replay, "said", id);
      return { ...told, requestId: formatId(await control.replayRequest(replay)) };
    },
  };
}
