import type { ActorRow } from "../../lib/inspect/mod.ts";
import { formatAge, formatCount, plural } from "../format.ts";

type Inside = NonNullable<ActorRow["inside"]>;
type HoldCode = Inside["holds"][number]["code"];

const WORDS: Readonly<Record<HoldCode, (count: number) => string>> = {
  starting: () => "starting",
  requests_in_flight: (count) => plural(count, "request"),
  plain_sockets: (count) => plural(count, "plain socket"),
  handler_running: () => "handler",
  messages_unhandled: (count) => `${formatCount(count)} unhandled`,
  uncommitted: () => "uncommitted",
  sockets_attaching: () => "attaching",
  never_sleeps: () => "never sleeps",
};

/** Why an actor is awake, for a table: what holds it, or when it sleeps; `null`: not known here. */
export function holdsInShort({ phase, inside }: ActorRow, now: number): string | null {
  if (phase === "asleep" || phase === "destroyed") return "";
  if (phase === "pending") return "no runner";
  if (inside === null) return null;
  const words = inside.holds.map(({ code, count }) => WORDS[code](count));
  if (words.length > 0) return words.join(", ");
  return inside.sleepsTs === null ? "" : `idle, sleeps in ${formatAge(inside.sleepsTs - now)}`;
}
