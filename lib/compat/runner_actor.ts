import type { ActorConfig } from "./config.ts";
import type { IdBuffer } from "./ids.ts";
import type { TunnelWebSocket } from "./tunnel_websocket.ts";

/** Names a request or socket of a client. */
export interface RequestIds {
  readonly gatewayId: IdBuffer;
  readonly requestId: IdBuffer;
}

export interface PendingRequest extends RequestIds {
  readonly actorId: string;
  /** Index of the next message to the client: what {@link HibernatingWebSocketMetadata} wants. */
  readonly clientMessageIndex: number;
}

/** What an actor shows of itself. */
export interface ActorSource {
  readonly actorId: string;
  readonly generation: number;
  readonly config: ActorConfig;
  readonly hibernatingRequests: readonly RequestIds[];
  readonly started: Promise<void>;
  readonly isRestored: boolean;
  readonly isToBeDestroyed: boolean;
  pendingRequests(): PendingRequest[];
  webSockets(): (RequestIds & { readonly ws: TunnelWebSocket })[];
  pendingRequest(gatewayId: IdBuffer, requestId: IdBuffer): PendingRequest | undefined;
  webSocket(gatewayId: IdBuffer, requestId: IdBuffer): TunnelWebSocket | undefined;
}

/** One actor as the user of this door sees it. To be looked at: it lives without being told how. */
export class RunnerActor {
  readonly actorId: string;
  readonly generation: number;
  readonly config: ActorConfig;
  /** Sockets that the gateway held for it when it started. */
  readonly hibernatingRequests: readonly RequestIds[];
  /** Settles with `onActorStart`. */
  readonly actorStartPromise: { readonly promise: Promise<void> };
  readonly #source: ActorSource;

  constructor(source: ActorSource) {
    this.#source = source;
    this.actorId = source.actorId;
    this.generation = source.generation;
    this.config = source.config;
    this.hibernatingRequests = source.hibernatingRequests;
    this.actorStartPromise = { promise: source.started };
  }

  get hibernationRestored(): boolean {
    return this.#source.isRestored;
  }

  /** Whether it was asked to be destroyed. */
  get stopIntentSent(): boolean {
    return this.#source.isToBeDestroyed;
  }

  /** HTTP requests in flight and open sockets. */
  get pendingRequests(): (RequestIds & { readonly request: PendingRequest })[] {
    return this.#source.pendingRequests().map((request) => {
      const { gatewayId, requestId } = request;
      return { gatewayId, requestId, request };
    });
  }

  get webSockets(): (RequestIds & { readonly ws: TunnelWebSocket })[] {
    return this.#source.webSockets();
  }

  getPendingRequest(gatewayId: IdBuffer, requestId: IdBuffer): PendingRequest | undefined {
    return this.#source.pendingRequest(gatewayId, requestId);
  }

  getWebSocket(gatewayId: IdBuffer, requestId: IdBuffer): TunnelWebSocket | undefined {
    return this.#source.webSocket(gatewayId, requestId);
  }
}
