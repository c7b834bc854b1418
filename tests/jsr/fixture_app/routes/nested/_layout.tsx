import { define } from "../../utils.ts";

export default define.layout(({ Component, state }) => (
  <section id="outer" data-trail={state.trail.join(" ")}>
    <Component />
  </section>
));
