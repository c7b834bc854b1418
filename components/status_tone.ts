import type { Tone } from "./Chip.tsx";

/** Of an answer; `null` while there is none. */
export function statusTone(status: number | null): Tone {
  if (status === null) return "plain";
  if (status >= 500) return "bad";
  return status >= 400 ? "warn" : "awake";
}
