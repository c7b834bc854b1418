import type { ComponentChildren } from "preact";

/** What a colour means, wherever it stands. */
export type Tone = "awake" | "asleep" | "warn" | "bad" | "plain";

const TONES: Readonly<Record<Tone, string>> = {
  awake: "bg-awake-soft text-awake",
  asleep: "bg-asleep-soft text-asleep",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  plain: "bg-sunken text-muted",
};

/** A word of state. Its colour says nothing that the word does not. */
export function Chip({ tone, children, title }: {
  tone: Tone;
  children: ComponentChildren;
  title?: string | undefined;
}) {
  return <span class={`chip ${TONES[tone]}`} title={title}>{children}</span>;
}
