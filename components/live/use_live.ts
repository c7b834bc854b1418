import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { useNow } from "../now.ts";
import { Live, type Liveness } from "./live.ts";
import type { Topic } from "./topic.ts";

export interface LivePage<Topics> {
  readonly topics: Topics;
  readonly liveness: Liveness;
  /** What is shown may no longer be so. */
  readonly stale: boolean;
  /** The server's time, in ms since 1970, moving on by the second. */
  readonly now: number;
  /** The server does not know the reader's time zone: `UTC` until the page lives. */
  readonly zone: "UTC" | undefined;
}

/**
 * A page's topics, alive as long as the page is. `make` is called once; `ts` is the server's time of
 * what it begins with.
 */
export function useLive<Topics extends object>(
  make: () => Topics,
  ts: number,
): LivePage<Topics> {
  const topics = useMemo(make, []);
  const live = useMemo(() => new Live(() => Object.values(topics) as Topic[], ts), []);
  const zone = useSignal<"UTC" | undefined>("UTC");
  useEffect(() => {
    zone.value = undefined;
    live.connect();
    return () => live.disconnect();
  }, []);
  const liveness = live.liveness.value;
  const stale = liveness === "lost" || liveness === "refused";
  const now: ReadonlySignal<number> = useNow(live.serverTs.value, !stale);
  return { topics, liveness, stale, now: now.value, zone: zone.value };
}
