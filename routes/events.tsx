import { page } from "fresh";
import { define } from "../app_state.ts";
import EventsPage, { EVENTS_PAGE, type EventsPageProps } from "../islands/EventsPage.tsx";
import { firstLook } from "../web/first_look.ts";
import { frameOf } from "../web/frame.ts";

export const handler = define.handlers({
  GET: async (ctx) =>
    page({ first: await firstLook(ctx.state, EVENTS_PAGE) as EventsPageProps["first"] }),
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <EventsPage frame={frameOf(state)} search={url.search} first={data.first} />
));
