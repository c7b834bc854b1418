/**
 * Dormouse with the sample actors in one process, observed as `main.ts` has it observed, without the
 * dashboard.
 */
import { actors } from "@/actors/mod.ts";
import type { Dormouse } from "@/lib/dormouse.ts";
import { startProgram } from "./program.ts";

export async function startEmbedded(totalSlots: number): Promise<Dormouse> {
  const { dormouse } = await startProgram({
    gateway: true,
    runner: { definitions: actors, totalSlots },
  });
  return dormouse;
}

/** Where an actor's WebSocket is, made when there is none; the key is the caller's to add. */
export function socketUrl({ gatewayUrl }: Dormouse, actor: string): string {
  return `${gatewayUrl!.replace("http", "ws")}/gateway/${actor}/?rvt-method=getOrCreate`;
}
