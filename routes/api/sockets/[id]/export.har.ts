import { define } from "../../../../app_state.ts";
import { exportedHar } from "../../../../web/export.ts";

/** The captured messages of a socket as browsers' developer tools read them. */
export const handler = define.handlers({
  GET: ({ params, state }) => exportedHar(state, params.id!),
});
