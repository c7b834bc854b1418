import { define } from "../../utils.ts";

export default define.page(({ error }) => (
  <p id="guarded">{error instanceof Error ? error.message : String(error)}</p>
));
