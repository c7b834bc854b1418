import { define } from "../../../utils.ts";

export default define.layout(async function Deep({ Component }) {
  await Promise.resolve();
  return (
    <section id="inner">
      <Component />
    </section>
  );
});
