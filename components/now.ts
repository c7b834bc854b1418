import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/**
 * The server's time, moving on by the second: ages are right even when the reader's clock is not.
 * `serverTs` is the time of the snapshot that is shown. Stands still unless `runs`.
 */
export function useNow(serverTs: number, runs: boolean): Signal<number> {
  const now = useSignal(serverTs);
  useEffect(() => {
    if (!runs) return;
    const offset = serverTs - Date.now();
    now.value = serverTs;
    const timer = setInterval(() => now.value = Date.now() + offset, 1_000);
    return () => clearInterval(timer);
  }, [serverTs, runs]);
  return now;
}
