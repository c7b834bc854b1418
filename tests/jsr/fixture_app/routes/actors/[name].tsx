import { HttpError, page } from "fresh";
import { define } from "../../utils.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { name } = ctx.params;
    if (name === "missing") throw new HttpError(404);
    if (name === "old") return ctx.redirect("//evil.example/actors/new?from=old");
    if (name === "broken") throw new Error("the secret detail");
    return page({ name, upper: name?.toUpperCase() ?? "" }, {
      status: 203,
      headers: { "x-actor": name ?? "" },
    });
  },
  async POST(ctx) {
    return Response.json({ name: ctx.params["name"], body: await ctx.req.json() });
  },
});

export default define.page<typeof handler>(({ data, params }) => (
  <p id="actor">{data.upper} {params["name"]}</p>
));
