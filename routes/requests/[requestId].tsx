import { HttpError, page } from "fresh";
import { define } from "../../app_state.ts";
import RequestPage, { requestPage, type RequestPageProps } from "../../islands/RequestPage.tsx";
import { GatewayError } from "../../lib/gateway/errors.ts";
import type { RequestInspection } from "../../lib/inspect/mod.ts";
import { firstLook } from "../../web/first_look.ts";
import { frameOf } from "../../web/frame.ts";

export const handler = define.handlers({
  GET: async ({ params, state }) => {
    const requestId = params.requestId!;
    try {
      const { request } = await firstLook(state, requestPage(requestId, false));
      const { isCaptured } = request as RequestInspection;
      const seesContent = isCaptured && frameOf(state).maySeePayloads;
      return page({
        requestId,
        first: await firstLook(
          state,
          requestPage(requestId, seesContent) as Readonly<Record<string, string>>,
        ) as unknown as RequestPageProps["first"],
      });
    } catch (error) {
      if (!(error instanceof GatewayError) || error.status !== 404) throw error;
      throw new HttpError(404, error.message);
    }
  },
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <RequestPage
    frame={frameOf(state)}
    search={url.search}
    requestId={data.requestId}
    first={data.first}
  />
));
