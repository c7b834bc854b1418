import { define } from "../../../../app_state.ts";
import { exportedNdjson } from "../../../../web/export.ts";

/** The captured messages of a socket, oldest first, one a line. */
export const handler = define.handlers({
  GET: ({ params, state }) => exportedNdjson(state, params.id!),
});
