import { define } from "../../app_state.ts";

/** The OpenAPI document. Loaded when it is asked for: the start must not wait for it. */
export const handler = define.handlers({
  GET: async ({ state }) => {
    const { openApiDocument } = await import("../../lib/inspect/openapi/document.ts");
    return Response.json(openApiDocument(state.config.version));
  },
});
