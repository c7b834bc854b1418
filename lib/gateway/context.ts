import type { Occupancy } from "../body/occupancy.ts";
import type { AckShare, SendLimits } from "../delivery/mod.ts";
import type { Host } from "../host/host.ts";
import type { FrameTracer, GatewayId, RequestId } from "../protocol/mod.ts";
import type { Batch } from "../host/batch.ts";
import type { ActorRegistry } from "./actor_registry.ts";
import type { AlarmClock } from "./alarm_clock.ts";
import type { ClientSocket } from "./client_socket.ts";
import type { GatewayStore } from "./gateway_store.ts";
import type { HibernationKeeper } from "./hibernation.ts";
import type { GatewayObserver } from "./observer.ts";
import type { GatewayOptions } from "./options.ts";
import type { ProxiedRequest } from "./proxied_request.ts";
import type { RunnerRegistry } from "./runner_registry.ts";
import type { SocketTotals } from "./socket_totals.ts";
import type { Traffic } from "./traffic.ts";

/** What the parts of one gateway share. */
export interface GatewayContext {
  readonly gatewayId: GatewayId;
  readonly host: Host;
  readonly store: GatewayStore;
  readonly observer: GatewayObserver;
  readonly options: GatewayOptions;
  readonly actors: ActorRegistry;
  readonly runners: RunnerRegistry;
  readonly alarms: AlarmClock;
  readonly hibernation: HibernationKeeper;
  /** Sockets that have taken something from their actor and not acked it: that is in no hurry. */
  readonly actorAcks: Batch<ClientSocket>;
  /** Every client WebSocket, until both sides are done with it: only then is its id free again. */
  readonly sockets: Map<RequestId, ClientSocket>;
  /** Of {@link sockets}. */
  readonly totals: SocketTotals;
  /** Of actors that were on no runner, and of runners that have gone. */
  readonly traffic: Traffic;
  /** Sockets whose actor has not answered their open yet. */
  readonly opening: Set<ClientSocket>;
  /** Of each socket's window, and when what it took is acked: one object for all of them. */
  readonly pendingLimits: SendLimits;
  readonly actorAckShare: AckShare;
  readonly requests: Map<RequestId, ProxiedRequest>;
  /** Streamed answers that have come in part and are not read. */
  readonly bodies: Occupancy;
  /** Told of every frame, while somebody traces them. */
  tracer: FrameTracer | undefined;
  /** Where the messages of a socket that opens now begin to count. */
  readonly firstMessageIndex: number;
  /** An id that no socket and no request has. */
  newRequestId(): RequestId;
}
