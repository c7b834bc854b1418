import type { ActorId, GatewayId, MessageIndex, RequestId, RunnerId } from "../protocol/mod.ts";

/** What the runner shows of itself: copies, made when asked for. Looking changes nothing. */
export interface RunnerSelfView {
  readonly state: ConnectionState;
  readonly runnerId: RunnerId | null;
  readonly protocolVersion: number;
  readonly endpoint: string;
  readonly reconnects: number;
  readonly eventsUnacked: number;
  readonly actors: readonly ActorHostView[];
  readonly sockets: readonly TunnelSocketView[];
}

export type ConnectionState =
  | "connecting"
  | "connected"
  | "reconnecting"
  | "draining"
  | "evicted"
  | "stopped";

export interface ActorHostView {
  readonly actorId: ActorId;
  readonly name: string;
  readonly key: string | null;
  readonly generation: number;
  readonly phase: "starting" | "running" | "stopping";
  readonly startedTs: number;
  readonly sockets: number;
  readonly plainSockets: number;
  readonly requestsInFlight: number;
  /** Messages received and not yet handled. */
  readonly mailbox: number;
  readonly uncommitted: boolean;
  /** Outgoing messages held until the state is durable. */
  readonly heldMessages: number;
  readonly heldBytes: number;
  readonly alarmTs: number | null;
  /** Until it falls asleep by itself, `null` while something keeps it awake. */
  readonly idleLeftMs: number | null;
}

export interface TunnelSocketView {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly actorId: ActorId;
  readonly hibernatable: boolean;
  readonly lastReceived: MessageIndex;
  readonly lastHandled: MessageIndex;
  readonly lastCommitted: MessageIndex;
}
