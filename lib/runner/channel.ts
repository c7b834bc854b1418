import type {
  ActorId,
  GatewayId,
  MessageIndex,
  RequestId,
  ToServerTunnelBody,
} from "../protocol/mod.ts";

/** Limits of what is on its way to the gateway, or kept for it, as their options are called. */
export type KeptLimit =
  | "pendingMessages"
  | "reconnectMessages"
  | "reconnectBytes"
  | "tunnelBufferBytes";

/** One life of an actor. */
export interface Life {
  readonly actorId: ActorId;
  readonly generation: number;
}

/** The runner's end of one client's request or WebSocket: where tunnel messages go out from. */
export interface Channel {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  /** Whether what it says during a cut is kept for the reconnect. */
  readonly outlivesCut: boolean;
  /**
   * Whose words these are. A gateway of ours acks them, and until then they are kept. `null`: they
   * are gone when they are sent.
   */
  readonly life: Life | null;
  /** False while the gateway would drop what is said: it is kept until then. */
  readonly isAttached?: boolean;
  /** The index of its last message. {@link Outbox} counts it on, wrapping at 65 536. */
  lastIndex: MessageIndex;
  /** What it said through the gate has left, or was lost for want of room. */
  sent(outcome: "taken" | KeptLimit, body: ToServerTunnelBody): void;
}

/** Something that a channel says. */
export interface Outgoing {
  readonly channel: Channel;
  readonly body: ToServerTunnelBody;
}
