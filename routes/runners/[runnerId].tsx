import { HttpError, page } from "fresh";
import { define } from "../../app_state.ts";
import RunnerPage, { runnerPage, type RunnerPageProps } from "../../islands/RunnerPage.tsx";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { firstLook } from "../../web/first_look.ts";
import { frameOf } from "../../web/frame.ts";

export const handler = define.handlers({
  GET: async ({ params, state }) => {
    const runnerId = params.runnerId!;
    try {
      return page({
        runnerId,
        first: await firstLook(state, runnerPage(runnerId)) as RunnerPageProps["first"],
      });
    } catch (error) {
      if (!(error instanceof GatewayError) || error.status !== 404) throw error;
      throw new HttpError(404, error.message);
    }
  },
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <RunnerPage
    frame={frameOf(state)}
    search={url.search}
    runnerId={data.runnerId}
    first={data.first}
  />
));
