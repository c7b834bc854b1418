import { page } from "fresh";
import { define } from "../../app_state.ts";
import SocketsPage, { SOCKETS_PAGE, type SocketsPageProps } from "../../islands/SocketsPage.tsx";
import { firstLook } from "../../web/first_look.ts";
import { frameOf } from "../../web/frame.ts";

export const handler = define.handlers({
  GET: async (ctx) =>
    page({ first: await firstLook(ctx.state, SOCKETS_PAGE) as SocketsPageProps["first"] }),
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <SocketsPage frame={frameOf(state)} search={url.search} first={data.first} />
));
