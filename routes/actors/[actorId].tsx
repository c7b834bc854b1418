import { HttpError, page } from "fresh";
import { type AppState, define } from "../../app_state.ts";
import ActorPage, {
  actorPage,
  type ActorPageProps,
  actorPayload,
} from "../../islands/ActorPage.tsx";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { firstLook } from "../../web/first_look.ts";
import { frameOf } from "../../web/frame.ts";

export const handler = define.handlers({
  GET: async (ctx) => {
    const { state } = ctx;
    const actorId = ctx.params.actorId!;
    const payload = actorPayload(actorId);
    try {
      return page({
        actorId,
        first: await firstLook(state, actorPage(actorId)) as ActorPageProps["first"],
        state: await lookOr<ActorPageProps["state"]>(state, payload.state),
        kv: await lookOr<ActorPageProps["kv"]>(state, payload.kv),
      });
    } catch (error) {
      if (!(error instanceof GatewayError) || error.status !== 404) throw error;
      throw new HttpError(404, error.message);
    }
  },
});

/** What users keep, or in a sentence why it is not shown. */
async function lookOr<Look>(state: AppState, address: string): Promise<Look | string> {
  if (!frameOf(state).maySeePayloads) return "You may not see what users keep.";
  try {
    return (await firstLook(state, { it: address })).it as Look;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return error.message;
  }
}

export default define.page<typeof handler>(({ data, state, url }) => (
  <ActorPage
    frame={frameOf(state)}
    search={url.search}
    actorId={data.actorId}
    first={data.first}
    state={data.state as ActorPageProps["state"]}
    kv={data.kv as ActorPageProps["kv"]}
  />
));
