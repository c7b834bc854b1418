/**
 * The version-neutral message model: what runner and gateway say to each other, whatever the
 * version of the wire. Versions exist only in this room; the codecs turn these values into a
 * version's bytes and back. Field names follow `wire.md`; `i64` and `u64` are `bigint`.
 *
 * A few members exist only in some versions. Encoding one for a version that cannot say it throws
 * an `EncodeError`; nothing is dropped in silence.
 */
import type { ActorId, GatewayId, MessageIndex, RequestId, RunnerId } from "./ids.ts";

export interface MessageId {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly messageIndex: MessageIndex;
}

/** A position in the sequence of an actor's commands or events. */
export interface ActorCheckpoint {
  readonly actorId: ActorId;
  readonly generation: number;
  readonly index: bigint;
}

/**
 * What has been taken in: per actor since v4, one running number for all before. The checkpoints of
 * v4 name no generation: theirs is 0.
 */
export type Acknowledged =
  | { readonly checkpoints: readonly ActorCheckpoint[] }
  | { readonly upTo: bigint };

export interface ActorConfig {
  readonly name: string;
  readonly key: string | null;
  /** Milliseconds since the epoch. */
  readonly createTs: bigint;
  readonly input: Uint8Array | null;
}

export interface HibernatingRequest {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
}

export type StopCode = "ok" | "error";

export type ActorEvent =
  | { readonly kind: "intent"; readonly intent: "sleep" | "stop" }
  | { readonly kind: "running" }
  | { readonly kind: "stopped"; readonly code: StopCode; readonly message: string | null }
  | { readonly kind: "setAlarm"; readonly alarmTs: bigint | null };

export interface EventWrapper {
  readonly checkpoint: ActorCheckpoint;
  readonly event: ActorEvent;
}

export type ActorCommand =
  | {
    readonly kind: "start";
    readonly config: ActorConfig;
    /** Since v3. Sockets that the gateway holds open for this actor. */
    readonly hibernatingRequests: readonly HibernatingRequest[];
  }
  | { readonly kind: "stop" };

export interface CommandWrapper {
  readonly checkpoint: ActorCheckpoint;
  readonly command: ActorCommand;
}

export type KvListQuery =
  | { readonly kind: "all" }
  | {
    readonly kind: "range";
    readonly start: Uint8Array;
    readonly end: Uint8Array;
    readonly exclusive: boolean;
  }
  | { readonly kind: "prefix"; readonly key: Uint8Array };

export type KvRequest =
  | { readonly kind: "get"; readonly keys: readonly Uint8Array[] }
  | {
    readonly kind: "list";
    readonly query: KvListQuery;
    readonly reverse: boolean | null;
    readonly limit: bigint | null;
  }
  | {
    readonly kind: "put";
    readonly keys: readonly Uint8Array[];
    readonly values: readonly Uint8Array[];
  }
  | { readonly kind: "delete"; readonly keys: readonly Uint8Array[] }
  /** Since v7. From `start` up to, not including, `end`. */
  | { readonly kind: "deleteRange"; readonly start: Uint8Array; readonly end: Uint8Array }
  | { readonly kind: "drop" };

export interface KvMetadata {
  readonly version: Uint8Array;
  /** Milliseconds since the epoch. Named `createTs` before v4. */
  readonly updateTs: bigint;
}

/** Three lists of one length: found keys, their values, their metadata. */
export interface KvEntries {
  readonly keys: readonly Uint8Array[];
  readonly values: readonly Uint8Array[];
  readonly metadata: readonly KvMetadata[];
}

export type KvResponse =
  | { readonly kind: "error"; readonly message: string }
  | ({ readonly kind: "get" } & KvEntries)
  | ({ readonly kind: "list" } & KvEntries)
  | { readonly kind: "put" }
  /** Answers a delete and, since v7, a delete of a range. */
  | { readonly kind: "delete" }
  | { readonly kind: "drop" };

/** Bodies of tunnel messages from the runner to the gateway. */
export type ToServerTunnelBody =
  | {
    readonly kind: "responseStart";
    readonly status: number;
    readonly headers: ReadonlyMap<string, string>;
    readonly body: Uint8Array | null;
    /** Whether `responseChunk`s follow. */
    readonly stream: boolean;
  }
  | { readonly kind: "responseChunk"; readonly body: Uint8Array; readonly finish: boolean }
  | { readonly kind: "responseAbort" }
  | {
    readonly kind: "webSocketOpen";
    /** Since v2. */
    readonly canHibernate: boolean;
    /** v2 only: the last index that the actor has seen, −1 for none. */
    readonly lastMessageIndex?: bigint;
  }
  | { readonly kind: "webSocketMessage"; readonly data: Uint8Array; readonly binary: boolean }
  /** Since v2. Cumulative: covers every index up to and including its own. */
  | { readonly kind: "webSocketMessageAck"; readonly index: MessageIndex }
  | {
    readonly kind: "webSocketClose";
    readonly code: number | null;
    readonly reason: string | null;
    /** Since v3; named `retry` in v2. The client's socket stays open while the actor sleeps. */
    readonly hibernate: boolean;
  }
  /** v1 to v3 only. */
  | { readonly kind: "tunnelAck" };

/** Bodies of tunnel messages from the gateway to the runner. */
export type ToClientTunnelBody =
  | {
    readonly kind: "requestStart";
    readonly actorId: ActorId;
    readonly method: string;
    readonly path: string;
    readonly headers: ReadonlyMap<string, string>;
    readonly body: Uint8Array | null;
    /** Whether `requestChunk`s follow. */
    readonly stream: boolean;
  }
  | { readonly kind: "requestChunk"; readonly body: Uint8Array; readonly finish: boolean }
  | { readonly kind: "requestAbort" }
  | {
    readonly kind: "webSocketOpen";
    readonly actorId: ActorId;
    readonly path: string;
    readonly headers: ReadonlyMap<string, string>;
  }
  /** Its index is the message id's; v2 carries it in the message itself. */
  | {
    readonly kind: "webSocketMessage";
    readonly data: Uint8Array;
    readonly binary: boolean;
    /**
     * Not on the wire: nobody else has these bytes, nor the buffer that they are in, so that the
     * receiver may keep and change them.
     */
    readonly isGiven?: boolean;
  }
  | {
    readonly kind: "webSocketClose";
    readonly code: number | null;
    readonly reason: string | null;
  }
  /** v1 to v3 only. */
  | { readonly kind: "tunnelAck" };

/**
 * The 16-byte ids of v1 and v2, kept as they came: a `tunnelAck` must echo them exactly, and a peer
 * of that age makes its message ids up at random.
 */
export interface LegacyIds {
  readonly requestId: Uint8Array;
  readonly messageId: Uint8Array;
}

export interface TunnelMessage<Body> {
  readonly kind: "tunnel";
  readonly messageId: MessageId;
  readonly body: Body;
  /** v1 and v2 only. Absent on what we send ourselves: the codec packs the ids. */
  readonly legacyIds?: LegacyIds;
}

export type ToServerTunnelMessage = TunnelMessage<ToServerTunnelBody>;
export type ToClientTunnelMessage = TunnelMessage<ToClientTunnelBody>;

/** Runner to gateway. */
export type ToServer =
  | {
    readonly kind: "init";
    readonly name: string;
    readonly version: number;
    readonly totalSlots: number;
    /** v1 to v3 only. */
    readonly lastCommandIndex?: bigint | null;
    /** Actor name to its metadata, a JSON text. */
    readonly prepopulateActorNames: ReadonlyMap<string, string> | null;
    /** A JSON text. */
    readonly metadata: string | null;
  }
  | { readonly kind: "events"; readonly events: readonly EventWrapper[] }
  | { readonly kind: "ackCommands"; readonly acknowledged: Acknowledged }
  | { readonly kind: "stopping" }
  /** Answers the gateway's ping since v4; before, the runner's own ping, with no answer. */
  | { readonly kind: "pong"; readonly ts: bigint }
  | {
    readonly kind: "kvRequest";
    readonly actorId: ActorId;
    readonly requestId: number;
    readonly request: KvRequest;
  }
  | ToServerTunnelMessage;

/** Gateway to runner. */
export type ToClient =
  | {
    readonly kind: "init";
    readonly runnerId: RunnerId;
    /** v1 to v3 only. */
    readonly lastEventIndex?: bigint;
    /** Milliseconds. */
    readonly runnerLostThreshold: bigint;
    /** Milliseconds. Since v6; `null` where the version cannot say it. */
    readonly actorStopThreshold: bigint | null;
    /** Milliseconds. Since v6. */
    readonly serverlessDrainGracePeriod: bigint | null;
  }
  | { readonly kind: "commands"; readonly commands: readonly CommandWrapper[] }
  | { readonly kind: "ackEvents"; readonly acknowledged: Acknowledged }
  | { readonly kind: "kvResponse"; readonly requestId: number; readonly response: KvResponse }
  | ToClientTunnelMessage
  /** Since v4. */
  | { readonly kind: "ping"; readonly ts: bigint }
  /** v1 to v3 only. */
  | { readonly kind: "close" };

/** What a client or an actor says on a WebSocket, as the tunnel carries it. */
export interface SocketMessage {
  readonly kind: "tunnel";
  readonly messageId: MessageId;
  readonly body: Extract<ToClientTunnelBody, { kind: "webSocketMessage" }>;
}
