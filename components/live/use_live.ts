import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
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
 * A page's topics, alive as long as the page is. `make` is called once, and again whenever `query` is
 * another one: topics whose names stay the same go on as they are. `ts` is the server's time of what
 * it begins with.
 */
export function useLive<Topics extends object>(
  make: (before: Topics | null) => Topics,
  ts: number,
  query = "",
): LivePage<Topics> {
  const latest = useRef<Topics | null>(null);
  const topics = useMemo(() => latest.current = goOn(make(latest.current), latest.current), [
    query,
  ]);
  const live = useMemo(() => new Live(() => Object.values(latest.current!) as Topic[], ts), []);
  const zone = useSignal<"UTC" | undefined>("UTC");
  useEffect(() => {
    zone.value = undefined;
    return () => live.disconnect();
  }, []);
  useEffect(() => live.connect(), [topics]);
  const liveness = live.liveness.value;
  const stale = liveness === "lost" || liveness === "refused";
  const now: ReadonlySignal<number> = useNow(live.serverTs.value, !stale);
  return { topics, liveness, stale, now: now.value, zone: zone.value };
}

/** What is made, but topics that were there before under the same address as they were. */
function goOn<Topics extends object>(made: Topics, before: Topics | null): Topics {
  if (before === null) return made;
  const known = before as Record<string, Topic | undefined>;
  const kept = Object.entries(made as Record<string, Topic>).map(([id, topic]) =>
    [id, known[id]?.name === topic.name ? known[id] : topic] as const
  );
  return Object.fromEntries(kept) as Topics;
}
