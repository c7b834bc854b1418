import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { IS_BROWSER } from "fresh/runtime";

interface CounterProps {
  readonly id: string;
  readonly start: number;
  readonly shared: Signal<number>;
  readonly since: Date;
}

/** Counts on its own, and together with whoever shares its signal. */
export default function Counter({ id, start, shared, since }: CounterProps) {
  const count = useSignal(start);
  const alive = useSignal(false);
  useEffect(() => {
    alive.value = true;
  }, []);
  return (
    <p id={id} data-alive={alive.value} data-browser={IS_BROWSER} data-since={since.toISOString()}>
      <button
        type="button"
        onClick={() =>
          count.value++}
      >
        count {count}
      </button>
      <button
        type="button"
        onClick={() =>
          shared.value++}
      >
        shared {shared}
      </button>
    </p>
  );
}
