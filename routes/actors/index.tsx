import { page } from "fresh";
import { define } from "../../app_state.ts";
import ActorsPage, { ACTORS_PAGE, type ActorsPageProps } from "../../islands/ActorsPage.tsx";
import { firstLook } from "../../web/first_look.ts";
import { frameOf } from "../../web/frame.ts";

export const handler = define.handlers({
  GET: async (ctx) =>
    page({ first: await firstLook(ctx.state, ACTORS_PAGE) as ActorsPageProps["first"] }),
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <ActorsPage frame={frameOf(state)} search={url.search} first={data.first} />
));
