import { define } from "../../../../app_state.ts";
import { actorId } from "../../../../lib/protocol/mod.ts";
import { actorControl } from "../../../../lib/inspect/mod.ts";

/** Wants an actor awake. It answers at once: the event log says when the actor runs. */
export const handler = define.handlers({
  POST: async (ctx) => {
    const id = actorId(ctx.params.id!);
    await actorControl(ctx.state.source).wake(id);
    return Response.json({ actorId: id, result: "waking" }, { status: 202 });
  },
});
