import type { Liveness } from "./live/live.ts";

const WORDS: Readonly<Record<Liveness, { text: string; dot: string }>> = {
  connecting: { text: "Connecting", dot: "bg-muted" },
  live: { text: "Live", dot: "bg-awake pulse" },
  lost: { text: "Connection lost, retrying", dot: "bg-bad" },
  refused: {
    text: "Access token no longer valid: open the link the server printed",
    dot: "bg-bad",
  },
};

/** Whether what the page shows is of this moment. */
export function LivenessPill({ liveness }: { liveness: Liveness }) {
  const { text, dot } = WORDS[liveness];
  const bad = liveness === "lost" || liveness === "refused";
  return (
    <span
      class={`flex items-center gap-2 rounded-full px-2.5 py-1 text-xs font-medium ${
        bad ? "bg-bad-soft text-bad" : "text-muted"
      }`}
      role="status"
      data-testid="liveness"
      data-liveness={liveness}
    >
      <span class={`size-2 shrink-0 rounded-full ${dot}`} aria-hidden="true" />
      {text}
    </span>
  );
}
