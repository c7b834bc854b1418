import { GatewayError } from "../gateway/errors.ts";
import { formatId, INDEX_SPACE, type RequestId, requestId } from "../protocol/mod.ts";
import { notKnownHere } from "./actor_inspection.ts";
import type { CapturedSocket } from "./capture/captured_socket.ts";
import type { Inspected } from "./inspected.ts";
import { socketRow } from "./live_state.ts";
import { socketRowAtRunner } from "./runner_state.ts";
import type { SocketRow } from "./snapshot.ts";

/** One socket, as its page shows it. Where only its gateway knows, and that is elsewhere: `null`. */
export interface SocketInspection
  extends Omit<SocketRow, "actorName" | "hibernatable" | "oldestUnackedMs"> {
  /** These are `null` of a socket that is over, of which only messages are left. */
  readonly actorName: string | null;
  readonly hibernatable: boolean | null;
  readonly actorKey: string | null;
  /** Those that its client offered, without tokens. */
  readonly subprotocols: readonly string[];
  /** The last index that was given out: after `sent` where messages wait. */
  readonly queued: number | null;
  /** Indexes that are left before they begin with 0 again. */
  readonly untilWrap: number | null;
  /** Whether messages wait for the actor, or for room on the way to it. */
  readonly isHeld: boolean | null;
  /** When the oldest message without an ack was last sent; `null` while none is due. */
  readonly oldestSentTs: number | null;
  /** Such a message so old costs the socket. */
  readonly ackTimeoutMs: number | null;
  /** What may be pending at most. */
  readonly mostPendingMessages: number | null;
  readonly mostPendingBytes: number | null;
  /** What the client has said, and what was said to it. */
  readonly messagesIn: number | null;
  readonly messagesOut: number | null;
  /** The record by which a gateway knows the socket while its actor sleeps. */
  readonly record: { readonly keepAliveTs: number; readonly everyMs: number } | null;
  /** Messages of the client that were sent again. */
  readonly resent: number;
  /** Messages that came again and were dropped: of the client, of the actor. */
  readonly repeatedOfClient: number;
  readonly repeatedOfActor: number;
  readonly captured: {
    readonly messages: number;
    /** Captured once, and no longer kept. */
    readonly forgotten: number;
    /** Not captured, as more came than the budget allows; and those since the last that was. */
    readonly missed: number;
    readonly missedSince: number;
    /** Whether payloads are captured too. */
    readonly payloads: boolean;
  };
}

/** A socket's id as addresses have it. Throws `no_socket` for what cannot be one. */
export function socketId(text: string): RequestId {
  if (/^[0-9a-f]{8}$/.test(text)) return requestId(Number.parseInt(text, 16));
  throw new GatewayError(
    404,
    "dashboard",
    "no_socket",
    `${JSON.stringify(text)} is no socket's id: wanted are 8 hexadecimal digits, as 0a1b2c3d`,
  );
}

/** What is captured of a socket. Throws `no_socket`, or `not_known_here` at a runner alone. */
export function capturedOf(inspected: Inspected, text: string): CapturedSocket {
  const captured = inspected.capture.get(socketId(text));
  if (captured !== undefined) return captured;
  const { source } = inspected;
  if (source.gateway === undefined) {
    throw notKnownHere(
      source,
      "not_known_here",
      `No socket ${text} is on this runner: whether it sleeps, is elsewhere or never was`,
    );
  }
  throw new GatewayError(
    404,
    "dashboard",
    "no_socket",
    `There is no socket ${text}: it has closed, and nothing of it is kept any more`,
  );
}

/** Everything that is known of a socket. Throws as {@link capturedOf}. */
export function socketInspection(inspected: Inspected, text: string): SocketInspection {
  const captured = capturedOf(inspected, text);
  const { gatewayId, requestId } = captured;
  const { gateway, runner } = inspected.source;
  const near = gateway?.socketView(requestId);
  const far = runner?.socketView(gatewayId, requestId);
  const row = near !== undefined
    ? socketRow(near, far)
    : far !== undefined
    ? socketRowAtRunner(far, runner?.actorView(far.actorId)?.name ?? "")
    : rowOfClosed(captured);
  const { oldestUnackedMs: _changing, ...seen } = row;
  const most = near?.hibernatable ? gateway!.options : undefined;
  const index = near?.lastQueued ?? null;
  const oldest = near?.oldestSentAt ?? null;
  return {
    ...seen,
    path: captured.path,
    actorKey: near?.actorKey ?? runner?.actorView(captured.actorId)?.key ?? null,
    subprotocols: captured.subprotocols ?? [],
    queued: index,
    untilWrap: index === null ? null : INDEX_SPACE - index,
    isHeld: near?.isHeld ?? null,
    oldestSentTs: oldest === null ? null : Math.round(inspected.capture.epochOf(oldest)),
    ackTimeoutMs: most?.ackTimeoutMs ?? null,
    mostPendingMessages: most?.pendingMessages ?? null,
    mostPendingBytes: most?.pendingBytes ?? null,
    messagesIn: near?.received ?? null,
    messagesOut: near?.delivered ?? null,
    record: near === undefined || near.keepAliveTs === null
      ? null
      : { keepAliveTs: near.keepAliveTs, everyMs: gateway!.options.hibernationKeepAliveMs },
    resent: captured.counts.resent,
    repeatedOfClient: captured.counts.repeatedOfClient,
    repeatedOfActor: captured.counts.repeatedOfActor,
    captured: {
      messages: captured.trail?.size ?? 0,
      forgotten: captured.counts.forgotten,
      missed: captured.counts.notCaptured,
      missedSince: captured.counts.skipped,
      payloads: inspected.capture.payloads,
    },
  };
}

function rowOfClosed(
  { requestId, actorId, path, sinceTs }: CapturedSocket,
): Omit<SocketRow, "actorName" | "hibernatable"> & { actorName: null; hibernatable: null } {
  return {
    requestId: formatId(requestId),
    actorId,
    actorName: null,
    phase: "closed",
    hibernatable: null,
    path,
    openedTs: sinceTs,
    sent: null,
    received: null,
    handled: null,
    committed: null,
    acked: null,
    pendingMessages: null,
    pendingBytes: null,
    oldestUnackedMs: null,
  };
}
