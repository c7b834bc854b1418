import { define } from "../../../../app_state.ts";
import { exportedRequestHar } from "../../../../web/export.ts";

/** One HTTP request as browsers' developer tools read it. */
export const handler = define.handlers({
  GET: ({ params, state }) => exportedRequestHar(state, params.id!),
});
