import { HttpError, page } from "fresh";
import { define } from "../../app_state.ts";
import SocketPage, { socketPage, type SocketPageProps } from "../../islands/SocketPage.tsx";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { firstLook } from "../../web/first_look.ts";
import { frameOf } from "../../web/frame.ts";

export const handler = define.handlers({
  GET: async ({ params, url, state }) => {
    const requestId = params.requestId!;
    // The message that is looked at may be gone: the rest of the page need not go with it.
    const { message: _shown, ...addresses } = socketPage(
      requestId,
      url.search,
      frameOf(state).maySeePayloads,
    );
    try {
      return page({
        requestId,
        first: await firstLook(state, addresses) as unknown as SocketPageProps["first"],
      });
    } catch (error) {
      if (!(error instanceof GatewayError) || error.status !== 404) throw error;
      throw new HttpError(404, error.message);
    }
  },
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <SocketPage
    frame={frameOf(state)}
    search={url.search}
    requestId={data.requestId}
    first={data.first}
  />
));
