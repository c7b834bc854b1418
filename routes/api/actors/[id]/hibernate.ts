import { define } from "../../../../app_state.ts";
import { actorId } from "../../../../lib/protocol/mod.ts";
import { actorControl } from "../../../../lib/inspect/mod.ts";

/** Puts an actor to sleep and says what came of it; `?dryRun=1` only says what it would do. */
export const handler = define.handlers({
  POST: async (ctx) => {
    const actors = actorControl(ctx.state.source);
    const id = actorId(ctx.params.id!);
    const dryRun = ctx.url.searchParams.get("dryRun") === "1";
    return Response.json(await (dryRun ? actors.planHibernate(id) : actors.hibernate(id)));
  },
});
