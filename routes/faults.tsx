import { page } from "fresh";
import { define } from "../app_state.ts";
import FaultsPage, { FAULTS_PAGE, type FaultsPageProps } from "../islands/FaultsPage.tsx";
import { firstLook } from "../web/first_look.ts";
import { frameOf } from "../web/frame.ts";

export const handler = define.handlers({
  GET: async (ctx) =>
    page({ first: await firstLook(ctx.state, FAULTS_PAGE) as FaultsPageProps["first"] }),
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <FaultsPage frame={frameOf(state)} search={url.search} first={data.first} />
));
