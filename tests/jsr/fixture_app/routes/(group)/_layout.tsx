import { define } from "../../utils.ts";

export default define.layout(({ Component }) => (
  <section id="group">
    <Component />
  </section>
));
