import { page } from "fresh";
import { define } from "../app_state.ts";
import HibernationPage, {
  HIBERNATION_PAGE,
  type HibernationPageProps,
} from "../islands/HibernationPage.tsx";
import { firstLook } from "../web/first_look.ts";
import { frameOf } from "../web/frame.ts";

export const handler = define.handlers({
  GET: async (ctx) =>
    page({ first: await firstLook(ctx.state, HIBERNATION_PAGE) as HibernationPageProps["first"] }),
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <HibernationPage frame={frameOf(state)} search={url.search} first={data.first} />
));
