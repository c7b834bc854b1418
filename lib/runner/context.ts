import type { ActorDefinition } from "../actor/mod.ts";
import type { LinkTurns } from "../body/link_turns.ts";
import type { Occupancy } from "../body/occupancy.ts";
import type { Host } from "../host/host.ts";
import type { ActorEvent, ActorId, Capabilities } from "../protocol/mod.ts";
import type { ClientAcks } from "./client_acks.ts";
import type { Connection } from "./connection.ts";
import type { HttpExchange } from "./http_request.ts";
import type { KvClient } from "./kv_client.ts";
import type { RunnerObserver } from "./observer.ts";
import type { RunnerOptions } from "./options.ts";
import type { Outbox } from "./outbox.ts";
import type { RecentSet } from "./recent_set.ts";
import type { RequestMap } from "./request_map.ts";
import type { TunnelSocket } from "./tunnel_socket.ts";

/** What the parts of one runner share, whatever hosts its actors. */
export interface RunnerContext {
  readonly host: Host;
  readonly observer: RunnerObserver;
  readonly options: RunnerOptions;
  /** What the tunnel's version can say. */
  readonly can: Capabilities;
  readonly connection: Connection;
  readonly outbox: Outbox;
  readonly acks: ClientAcks;
  readonly kv: KvClient;
  readonly requests: RequestMap<HttpExchange>;
  /** Whose turn it is on the tunnel, of the bodies that go out in chunks. */
  readonly turns: LinkTurns;
  /** Bodies that have come in part and are not read. */
  readonly bodies: Occupancy;
  /** A stopping actor must be gone by then, in milliseconds. */
  stopTimeoutMs(): number;
  /** Tells the gateway, until it has heard. */
  event(actorId: ActorId, generation: number, event: ActorEvent): void;
}

/** What the parts of {@link ActorHost} share. */
export interface ActorHostContext extends RunnerContext {
  readonly definitions: ReadonlyMap<string, ActorDefinition>;
  /** Every socket of every actor here. */
  readonly sockets: RequestMap<TunnelSocket>;
  /**
   * Sockets that have just left with their actor. Frames for them may still be on their way: no
   * reason to close a client's socket that the gateway keeps open for the actor's next life.
   */
  readonly departedSockets: RecentSet<string>;
  /** Sockets that were closed from here. The gateway may not have heard yet; a cut forgets them. */
  readonly closedSockets: RecentSet<string>;
}
