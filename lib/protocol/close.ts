/**
 * Every WebSocket close that this project sends, in one place (`wire.md`, "Client side of the
 * gateway" and "Handshake"; RFC 6455, section 7.4).
 */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** Codes that RFC 6455 reserves for reports within a program and forbids on the wire. */
const NEVER_ON_THE_WIRE: ReadonlySet<number> = new Set([1005, 1006, 1015]);

/** The longest reason that a close frame holds, in bytes of UTF-8. */
export const MAX_REASON_BYTES = 123;

/** Closes that end a client's WebSocket. */
export const CLIENT_CLOSE = {
  closed: { code: 1000, reason: "ws.closed" },
  actorStopped: { code: 1000, reason: "actor.stopped" },
  metaNotFound: { code: 1000, reason: "ws.meta_not_found_during_restore" },
  staleMetadata: { code: 1000, reason: "ws.stale_metadata" },
  indexSkip: { code: 1008, reason: "ws.message_index_skip" },
  messageTooBig: { code: 1009, reason: "ws.message_too_big" },
  actorNotFoundAtRunner: { code: 1011, reason: "Actor not found" },
  notImplemented: { code: 1011, reason: "Not Implemented" },
  serverError: { code: 1011, reason: "Server Error" },
  restoreError: { code: 1011, reason: "ws.restore_error" },
  ackTimeout: { code: 1011, reason: "guard.websocket_garbage_collected" },
  pendingLimit: { code: 1011, reason: "guard.websocket_pending_limit_reached" },
  /** More messages wait for the actor than it may keep waiting. */
  mailboxFull: { code: 1013, reason: "actor.mailbox_full" },
  /** The actor says more than can be held back until it may leave. */
  outputLimit: { code: 1013, reason: "actor.output_limit_reached" },
  openTimeout: { code: 1011, reason: "guard.websocket_open_timeout" },
  closedBeforeOpen: { code: 1011, reason: "guard.websocket_closed_before_open" },
  actorCrashed: { code: 1011, reason: "actor.crashed" },
  actorDestroyed: { code: 1000, reason: "actor.destroyed" },
  actorReadyTimeout: { code: 1011, reason: "guard.actor_ready_timeout" },
  actorNotFound: { code: 1011, reason: "actor.not_found" },
  internalError: { code: 1011, reason: "core.internal_error" },
  /** A plain socket cannot outlive the tunnel that carried it: what was in flight is unknown. */
  tunnelLost: { code: 1012, reason: "guard.tunnel_lost" },
  /** The client reads too slowly and its buffer is full. */
  slowClient: { code: 1013, reason: "guard.websocket_slow_consumer" },
  /** The runner reads too slowly, or not at all, and its tunnel is full. */
  slowRunner: { code: 1013, reason: "guard.tunnel_full" },
  runnerShutdown: { code: 1012, reason: "pegboard.runner_shutdown" },
  gatewayShutdown: { code: 1012, reason: "guard.gateway_shutdown" },
} as const satisfies Record<string, Close>;

/** Closes that end a runner's tunnel. */
export const TUNNEL_CLOSE = {
  eviction: { code: 1000, reason: "ws.eviction" },
  /** Dormouse's own: the same process has come on another tunnel. Unlike an eviction, it may again. */
  superseded: { code: 1000, reason: "ws.superseded" },
  runnerShutdown: { code: 1000, reason: "pegboard.runner_shutdown" },
  textFrame: { code: 1003, reason: "ws.text_frame" },
  frameTooBig: { code: 1009, reason: "ws.frame_too_big" },
  gatewayShutdown: { code: 1012, reason: "guard.gateway_shutdown" },
  invalidPacket: { code: 1011, reason: "ws.invalid_packet" },
  invalidUrl: { code: 1011, reason: "ws.invalid_url" },
  initTimeout: { code: 1011, reason: "ws.timed_out_waiting_for_init" },
  pingTimeout: { code: 1011, reason: "ws.timed_out_waiting_for_pong" },
  forbidden: { code: 1011, reason: "api.forbidden" },
  missingHeader: { code: 1011, reason: "guard.missing_header" },
  namespaceNotFound: { code: 1011, reason: "namespace.not_found" },
} as const satisfies Record<string, Close>;

/** A reason with detail behind `#`, cut to what a close frame holds. */
export function withDetail(close: Close, detail: string): Close {
  return { code: close.code, reason: fitReason(`${close.reason}#${detail}`) };
}

/** Cuts a reason to {@link MAX_REASON_BYTES} without splitting a character. */
export function fitReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  if (bytes.length <= MAX_REASON_BYTES) return reason;
  let end = MAX_REASON_BYTES;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.subarray(0, end));
}

/** Whether an application may put `code` into a close frame: 1000, the registered, 3000 to 4999. */
export function isSendable(code: number): boolean {
  return Number.isInteger(code) &&
    (code >= 1000 && code <= 1014 && code !== 1004 && !NEVER_ON_THE_WIRE.has(code) ||
      code >= 3000 && code <= 4999);
}

/** What RFC 6455 calls a close frame without a code. */
const NO_CODE = 1005;

/** `close` as it may go out: without a code it becomes 1000, with one that must not be sent 1011. */
export function sendableClose(
  code: number | null | undefined,
  reason: string | null | undefined,
): Close {
  const known = code === NO_CODE ? 1000 : code ?? 1000;
  return { code: isSendable(known) ? known : 1011, reason: fitReason(reason ?? "") };
}
