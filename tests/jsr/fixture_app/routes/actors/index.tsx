import { define } from "../../utils.ts";

export default define.page(async function Actors({ state, url }) {
  await Promise.resolve();
  if (url.searchParams.has("answer")) return new Response("answered by the component");
  return <p>All actors {state.trail.join(" ")}</p>;
});
