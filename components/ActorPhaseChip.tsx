import type { ActorRow } from "../lib/inspect/mod.ts";
import { Chip, type Tone } from "./Chip.tsx";

const TONES: Readonly<Record<ActorRow["phase"], Tone>> = {
  running: "awake",
  asleep: "asleep",
  starting: "warn",
  stopping: "warn",
  pending: "warn",
  destroyed: "plain",
};

export function ActorPhaseChip({ phase, title }: Pick<ActorRow, "phase"> & {
  title?: string | undefined;
}) {
  return <Chip tone={TONES[phase]} title={title}>{phase}</Chip>;
}
