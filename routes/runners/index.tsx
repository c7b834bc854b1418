import { page } from "fresh";
import { define } from "../../app_state.ts";
import RunnersPage, { RUNNERS_PAGE, type RunnersPageProps } from "../../islands/RunnersPage.tsx";
import { firstLook } from "../../web/first_look.ts";
import { frameOf } from "../../web/frame.ts";

export const handler = define.handlers({
  GET: async (ctx) =>
    page({ first: await firstLook(ctx.state, RUNNERS_PAGE) as RunnersPageProps["first"] }),
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <RunnersPage frame={frameOf(state)} search={url.search} first={data.first} />
));
