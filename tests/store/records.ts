import type { ActorRecord, SocketRecord } from "@/lib/gateway/gateway_store.ts";
import { actorId } from "@/lib/protocol/ids.ts";

export function actorRecord(id: string, given: Partial<ActorRecord> = {}): ActorRecord {
  return {
    actorId: actorId(id),
    namespace: "default",
    name: "counter",
    key: id,
    input: null,
    runnerNameSelector: "default",
    crashPolicy: "restart",
    createTs: 1_000,
    generation: 0,
    startTs: null,
    connectableTs: null,
    pendingAllocationTs: null,
    sleepTs: null,
    rescheduleTs: null,
    destroyTs: null,
    alarmTs: null,
    error: null,
    ...given,
  };
}

export function socketRecord(requestId: number, given: Partial<SocketRecord> = {}): SocketRecord {
  return {
    gatewayId: 0xffff_ffff,
    requestId,
    actorId: actorId("a"),
    openedTs: 1,
    keepAliveTs: 1,
    ...given,
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const bytes = (text: string): Uint8Array => encoder.encode(text);
export const text = (data: Uint8Array): string => decoder.decode(data);
