import type { RunnerRow } from "../../lib/inspect/mod.ts";
import { Chip, type Tone } from "../Chip.tsx";

const TONES: Readonly<Record<RunnerRow["state"], Tone>> = {
  connected: "awake",
  draining: "warn",
  connecting: "plain",
  disconnected: "bad",
  reconnecting: "bad",
  evicted: "bad",
  stopped: "plain",
};

export function RunnerStateChip({ state }: Pick<RunnerRow, "state">) {
  return <Chip tone={TONES[state]}>{state}</Chip>;
}
