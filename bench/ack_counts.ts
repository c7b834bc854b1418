/** How many acks it takes: what a gateway of ours counts. */
import type { System } from "../tests/support/system.ts";

/** How many messages of clients were acked so far, and by how many acks. */
export interface AckCounts {
  readonly messages: number;
  readonly acks: number;
}

/** As the gateway counts them. */
export async function ackCounts(gateway: System): Promise<AckCounts> {
  const text = await (await gateway.call("/metrics")).text();
  const count = (name: string): number =>
    Number(new RegExp(`^dormouse_${name} (\\S+)$`, "m").exec(text)![1]);
  return { messages: count("ack_latency_seconds_count"), acks: count("acks_received_total") };
}

export function acksPerMessage(before: AckCounts, after: AckCounts): number {
  return (after.acks - before.acks) / (after.messages - before.messages);
}
