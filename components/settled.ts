import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** The value as it was when it had stood still for so long: for what costs, while somebody writes. */
export function useSettled<Value>(value: Value, ms: number): Value {
  const settled = useSignal(value);
  useEffect(() => {
    const timer = setTimeout(() => settled.value = value, ms);
    return () => clearTimeout(timer);
  }, [value]);
  return settled.value;
}
