import { signal } from "@preact/signals";
import Counter from "./Counter.tsx";

/** An island within an island is part of the outer one. */
export default function Nest({ text }: { readonly text: string }) {
  return (
    <div id="nest" data-text={text}>
      <Counter id="three" start={7} shared={signal(20)} since={new Date(0)} />
    </div>
  );
}
