import { page } from "fresh";
import { define } from "../../app_state.ts";
import AuditPage, { AUDIT_PAGE, type AuditPageProps } from "../../islands/AuditPage.tsx";
import { firstLook } from "../../web/first_look.ts";
import { frameOf } from "../../web/frame.ts";

export const handler = define.handlers({
  GET: async (ctx) =>
    page({ first: await firstLook(ctx.state, AUDIT_PAGE) as AuditPageProps["first"] }),
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <AuditPage frame={frameOf(state)} search={url.search} first={data.first} />
));
