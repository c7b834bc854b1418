import { page } from "fresh";
import { define } from "../app_state.ts";
import TunnelPage, { tunnelPage, type TunnelPageProps } from "../islands/TunnelPage.tsx";
import { firstLook } from "../web/first_look.ts";
import { frameOf } from "../web/frame.ts";

export const handler = define.handlers({
  GET: async ({ url, state }) => {
    // The frame that is looked at may be gone: the rest of the page need not go with it.
    const { picked: _picked, ...addresses } = tunnelPage(url.search);
    return page({
      first: await firstLook(state, addresses) as unknown as TunnelPageProps["first"],
    });
  },
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <TunnelPage frame={frameOf(state)} search={url.search} first={data.first} />
));
