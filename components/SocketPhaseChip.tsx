import type { SocketRow } from "../lib/inspect/mod.ts";
import { Chip, type Tone } from "./Chip.tsx";

const TONES: Readonly<Record<SocketRow["phase"], Tone>> = {
  active: "awake",
  hibernating: "asleep",
  opening: "warn",
  closed: "plain",
};

export function SocketPhaseChip({ phase }: Pick<SocketRow, "phase">) {
  return <Chip tone={TONES[phase]}>{phase}</Chip>;
}
