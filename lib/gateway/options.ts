import { CREDIT_UNIT } from "../delivery/mod.ts";
import {
  HTTP_BODY_BYTES,
  MAX_DISTANCE,
  PENDING_BYTES,
  WEBSOCKET_MESSAGE_BYTES,
} from "../protocol/mod.ts";

/** Every time and limit of the gateway, with its unit in its name. */
export interface GatewayOptions {
  /** A runner's first frame must be there by then. */
  readonly initTimeoutMs: number;
  readonly pingIntervalMs: number;
  /** A runner that has not answered a ping for so long has a dead tunnel. */
  readonly pingTimeoutMs: number;
  /** A runner that has been away for so long is given up and its actors move. It is told. */
  readonly runnerLostThresholdMs: number;
  /** A stopping actor must be gone by then. The runner is told. */
  readonly actorStopThresholdMs: number;
  /** From wanting an actor awake to its word that it runs. */
  readonly actorReadyTimeoutMs: number;
  readonly webSocketOpenTimeoutMs: number;
  readonly responseStartTimeoutMs: number;
  /** A request whose tunnel broke, and whose actor has no runner for so long, is answered 503. */
  readonly resendTimeoutMs: number;
  /** A message unacked for so long costs its socket. Stands still while the actor is not running. */
  readonly ackTimeoutMs: number;
  readonly sweepIntervalMs: number;
  readonly hibernationKeepAliveMs: number;
  /** Not yet acked, for each hibernatable socket. At most half the index space. */
  readonly pendingMessages: number;
  readonly pendingBytes: number;
  /**
   * What an actor says to a client is acked to a runner of ours after so many messages, or bytes, of
   * one socket, or after the delay.
   */
  readonly actorAckMessages: number;
  readonly actorAckBytes: number;
  readonly actorAckDelayMs: number;
  /** What one client may leave unread before it counts as slow and is closed. */
  readonly clientBufferBytes: number;
  /**
   * With so large a share of `clientBufferBytes` unread a client is told of as slow, and with so much
   * of `pendingMessages` or `pendingBytes` an actor, for one socket.
   */
  readonly slowShare: number;
  /** At this share it has caught up: less than `slowShare`. */
  readonly caughtUpShare: number;
  /**
   * What one client may leave unread of an answer that a runner streams and that nothing can slow
   * down: a runner that is not ours.
   */
  readonly responseBufferBytes: number;
  /** Read ahead of an answer that a runner of ours streams, for each request. */
  readonly streamWindowBytes: number;
  /** How long the rest of a request's body is taken whose answer is complete, before it is cut. */
  readonly lingerMs: number;
  /** Streamed request bodies wait while a runner's link holds more than this. */
  readonly linkBufferBytes: number;
  /**
   * Everything else is put on a runner's link until it holds more than this. Then messages of sockets
   * that hibernate wait in their windows, and requests; another socket that sends more is closed. At
   * least `linkBufferBytes`.
   */
  readonly tunnelBufferBytes: number;
  /** How often they look at the link again. */
  readonly linkPollMs: number;
  readonly webSocketMessageBytes: number;
  /** One request's body for a runner that takes no stream. Ours take any length. */
  readonly httpBodyBytes: number;
  /** A body for the management API. An actor's input comes in it, and is kept with its record. */
  readonly managementBodyBytes: number;
  /** Names and values of a request's headers together. */
  readonly headerBytes: number;
  readonly namespaces: number;
  readonly openSockets: number;
  readonly requestsInFlight: number;
  /** Crashes in a row are answered by waits of this, doubled each time up to the maximum. */
  readonly restartBackoffMs: number;
  readonly restartBackoffMaxMs: number;
  /** An actor that ran for so long without a crash starts counting anew. */
  readonly restartBackoffResetMs: number;
  /** So many crashes in a row with the same messages pending cost the sockets that they came from. */
  readonly crashesBeforeClose: number;
  /** The first index given to a socket's messages is one more. For tests near the wrap. */
  readonly firstMessageIndex: number;
}

const SECOND = 1_000;
const MIB = 1024 * 1024;

/** From the reference's table in `wire.md`, except where a reason is given. */
export const GATEWAY_DEFAULTS: GatewayOptions = {
  initTimeoutMs: 5 * SECOND,
  pingIntervalMs: 3 * SECOND,
  pingTimeoutMs: 15 * SECOND,
  // The reference waits 15 s. A killed process ends its TCP connection at once, so a cut that lasts
  // this long is a dead runner far more often than a slow reconnect, and clients are waiting.
  runnerLostThresholdMs: 3 * SECOND,
  actorStopThresholdMs: 30 * SECOND,
  actorReadyTimeoutMs: 30 * SECOND,
  webSocketOpenTimeoutMs: 15 * SECOND,
  responseStartTimeoutMs: 300 * SECOND,
  // Longer than it takes to give a runner up, by what another one takes to start, as after a crash.
  resendTimeoutMs: 5 * SECOND,
  ackTimeoutMs: 30 * SECOND,
  sweepIntervalMs: 15 * SECOND,
  hibernationKeepAliveMs: 45 * SECOND,
  pendingMessages: MAX_DISTANCE,
  pendingBytes: PENDING_BYTES,
  // An ack costs as much as a small message: one for 64 is not seen in a ping-pong. The runner keeps
  // what is not acked, and needs it only after a cut.
  actorAckMessages: 64,
  actorAckBytes: 64 * 1024,
  actorAckDelayMs: 1 * SECOND,
  // Above the largest message: one that is on its way does not make a client slow.
  clientBufferBytes: 2 * WEBSOCKET_MESSAGE_BYTES,
  slowShare: 0.5,
  caughtUpShare: 0.25,
  // An actor may hand over a whole body of `httpBodyBytes` in one turn, before any client can read.
  responseBufferBytes: 64 * MIB,
  // Four chunks under way fill a loopback tunnel; far away ones take 256 KiB a round trip.
  streamWindowBytes: 4 * CREDIT_UNIT,
  // What nginx waits for a client to notice that it is answered.
  lingerMs: 5 * SECOND,
  linkBufferBytes: 1 * MIB,
  // Above the largest message, twice: one that is on its way does not make a runner slow.
  tunnelBufferBytes: 2 * WEBSOCKET_MESSAGE_BYTES,
  linkPollMs: 5,
  webSocketMessageBytes: WEBSOCKET_MESSAGE_BYTES,
  httpBodyBytes: HTTP_BODY_BYTES,
  managementBodyBytes: 2 * MIB,
  headerBytes: 32 * 1024,
  namespaces: 1_000,
  openSockets: 100_000,
  requestsInFlight: 10_000,
  restartBackoffMs: 100,
  restartBackoffMaxMs: 30 * SECOND,
  restartBackoffResetMs: 60 * SECOND,
  crashesBeforeClose: 5,
  firstMessageIndex: 0,
};
