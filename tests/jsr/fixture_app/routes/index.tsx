import { signal } from "@preact/signals";
import { define } from "../utils.ts";
import Counter from "../islands/Counter.tsx";
import Nest from "../islands/Nest.tsx";

export default define.page(function Home() {
  const shared = signal(10);
  const nasty = '</script><b>"&';
  return (
    <main class="grid gap-[7px]">
      <script>globalThis.inlineRan = true;</script>
      <Counter id="one" start={3} shared={shared} since={new Date(0)} />
      <Counter id="two" start={5} shared={shared} since={new Date(0)} />
      <Nest text={nasty} />
    </main>
  );
});
