import { page } from "fresh";
import { define } from "../../app_state.ts";
import RequestsPage, {
  REQUESTS_PAGE,
  type RequestsPageProps,
} from "../../islands/RequestsPage.tsx";
import { firstLook } from "../../web/first_look.ts";
import { frameOf } from "../../web/frame.ts";

export const handler = define.handlers({
  GET: async (ctx) =>
    page({ first: await firstLook(ctx.state, REQUESTS_PAGE) as RequestsPageProps["first"] }),
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <RequestsPage frame={frameOf(state)} search={url.search} first={data.first} />
));
