import { CREDIT_UNIT } from "../delivery/mod.ts";
import { HTTP_BODY_BYTES, MAX_DISTANCE, WEBSOCKET_MESSAGE_BYTES } from "../protocol/mod.ts";
import { MAX_STATE_BYTES } from "../kept/state_parts.ts";
import { checkRunnerTimers } from "./timer_rules.ts";

export { MAX_STATE_BYTES };

/** Every time and limit of the runner, with its unit in its name. */
export interface RunnerOptions {
  /** From asking for a link to having it. */
  readonly connectTimeoutMs: number;
  /** From our first frame to the gateway's. */
  readonly initTimeoutMs: number;
  /** A gateway that has sent no ping for so long has a dead tunnel. */
  readonly pingTimeoutMs: number;
  /** How often the runner pings where that is its part (before v4). */
  readonly pingIntervalMs: number;
  /** Wait before the first attempt after a cut: most cuts are short, and clients are waiting. */
  readonly firstRetryMs: number;
  /** Wait before the second attempt; doubled for each one after, up to the maximum. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** Up to this share is added to each wait, at random. */
  readonly retryJitter: number;
  /** A tunnel that lived so long makes the next wait the first one again. */
  readonly retryResetMs: number;
  /** Away for this share of the gateway's threshold, the runner stops its actors: they move at 1. */
  readonly lostShare: number;
  /** A stopping actor may take this share of the gateway's threshold. */
  readonly stopShare: number;
  /** The gateway's threshold where its version cannot say it (before v6). */
  readonly actorStopThresholdMs: number;
  /**
   * Said on one socket that hibernates, and not yet sent, or not yet acked by a gateway of ours, 1 to
   * 32 766: half the index space, and a close must fit. Beyond, the socket is closed.
   */
  readonly pendingMessages: number;
  /** The same of all sockets together. Beyond, the socket that sends more is closed. */
  readonly reconnectMessages: number;
  readonly reconnectBytes: number;
  /**
   * So many messages, or bytes, of a client's socket get one ack, or fewer after `ackDelayMs`, or with
   * a state so long after its commit; 0: of each turn.
   */
  readonly ackMessages: number;
  readonly ackBytes: number;
  readonly ackDelayMs: number;
  readonly committedAckDelayMs: number;
  /** Where more sockets are owed an ack, the others get theirs a delay later, the oldest first. */
  readonly acksPerRound: number;
  /** The longest that an ack waits so. */
  readonly ackDelayMaxMs: number;
  /** Events that the gateway has not acked. Beyond, the oldest is forgotten. */
  readonly eventsUnacked: number;
  readonly kvTimeoutMs: number;
  /** Key-value requests without an answer, of all actors together. */
  readonly kvRequests: number;
  /** Sleep after so long with nothing to do, unless the definition says otherwise. */
  readonly sleepAfterMs: number;
  /** One outgoing WebSocket message. */
  readonly webSocketMessageBytes: number;
  /** Received and not yet handled, for each actor. Beyond, the socket that sends more is closed. */
  readonly mailboxMessages: number;
  readonly mailboxBytes: number;
  /** Held until the state is durable, for each actor. Beyond, the socket that sends more is closed. */
  readonly gateMessages: number;
  readonly gateBytes: number;
  /** Sockets whose index changed in one commit: a put has 128 keys, the state needs nine of them. */
  readonly socketsPerCommit: number;
  /** An actor's state, serialised. Beyond, the actor crashes. */
  readonly stateBytes: number;
  /** One socket's attachment, serialised, with its path. A value has at most 128 KiB. */
  readonly attachmentBytes: number;
  /**
   * A body in the one direction or the other, where the gateway takes no stream: a response, and what
   * a handler has not read of a request. Where bodies are streamed they may have any length.
   */
  readonly httpBodyBytes: number;
  /** A response body that is longer, or not at hand, is streamed. */
  readonly responseBufferBytes: number;
  /** Read ahead of a streamed request body, for each request. */
  readonly streamWindowBytes: number;
  /**
   * What nobody acks is put on the link until it holds more than this: messages of sockets that cannot
   * hibernate, and of all at a gateway that is not ours. Beyond, the socket that sends more is closed.
   */
  readonly tunnelBufferBytes: number;
  /** Streamed bodies wait while the link holds more than this. */
  readonly linkBufferBytes: number;
  /** How often they look at the link again. */
  readonly linkPollMs: number;
  /**
   * What an actor says on a restored socket waits so long for a gateway that is not ours to attach
   * it, unless the gateway sends something for it before. The Rivet Engine drops what comes earlier.
   */
  readonly attachGraceMs: number;
  /** Actors and sockets that left are remembered for so long, so that late frames are no surprise. */
  readonly departedMs: number;
  readonly departedIds: number;
  /** From a person's wish that an actor sleep to having left. Then the wish counts as not fulfilled. */
  readonly hibernateTimeoutMs: number;
  /** A shutdown's deadline when its caller names none. */
  readonly shutdownMs: number;
  /** How much of it may go into waiting for the gateway's last acks. */
  readonly shutdownAckMs: number;
}

const SECOND = 1_000;
const KIB = 1024;
const MIB = 1024 * KIB;

/** From the reference's table in `wire.md`, except where a reason is given. */
export const RUNNER_DEFAULTS: RunnerOptions = {
  connectTimeoutMs: 10 * SECOND,
  initTimeoutMs: 10 * SECOND,
  pingTimeoutMs: 15 * SECOND,
  pingIntervalMs: 3 * SECOND,
  // The gateway gives a runner up after seconds: the reference's first wait would use up half of it.
  firstRetryMs: 100,
  retryMs: 1 * SECOND,
  retryMaxMs: 30 * SECOND,
  retryJitter: 0.25,
  retryResetMs: 1 * SECOND,
  lostShare: 0.8,
  stopShare: 0.8,
  actorStopThresholdMs: 30 * SECOND,
  pendingMessages: MAX_DISTANCE - 1,
  // What is on its way counts as well: ten thousand sockets may have two dozen messages each there.
  reconnectMessages: 262_144,
  reconnectBytes: 128 * MIB,
  // Few acks under load, and far below what a gateway keeps for a socket. Fifty busy sockets of one
  // processor have some 1 000 messages a second each: an ack for 30 of them costs nothing to speak of.
  ackMessages: 64,
  ackBytes: 64 * KIB,
  ackDelayMs: 30,
  committedAckDelayMs: 5,
  acksPerRound: 256,
  ackDelayMaxMs: 2 * SECOND,
  eventsUnacked: 100_000,
  // The reference waits 30 s, as long as the gateway waits for the ack that depends on it.
  kvTimeoutMs: 15 * SECOND,
  kvRequests: 65_536,
  sleepAfterMs: 30 * SECOND,
  // The reference's 20 MiB would let a client send what an actor cannot send back. A tunnel frame
  // holds the 32 MiB that the gateway takes, and 1 MiB for the envelope.
  webSocketMessageBytes: WEBSOCKET_MESSAGE_BYTES,
  mailboxMessages: 65_536,
  mailboxBytes: 128 * MIB,
  gateMessages: 65_536,
  gateBytes: 64 * MIB,
  socketsPerCommit: 100,
  // Nine puts for every change of it. Twice as many took a Rivet Engine 6 s on a busy machine: the
  // ack that depends on them must come in 30.
  stateBytes: 8 * MIB,
  attachmentBytes: 64 * KIB,
  httpBodyBytes: HTTP_BODY_BYTES,
  responseBufferBytes: CREDIT_UNIT,
  // Four chunks under way fill a loopback tunnel; far away ones take 256 KiB a round trip.
  streamWindowBytes: 4 * CREDIT_UNIT,
  tunnelBufferBytes: 2 * WEBSOCKET_MESSAGE_BYTES,
  linkBufferBytes: 1 * MIB,
  linkPollMs: 5,
  // Three times what was measured on two busy cores (`attach_grace.ts`).
  attachGraceMs: 500,
  departedMs: 15 * SECOND,
  departedIds: 100_000,
  hibernateTimeoutMs: 30 * SECOND,
  // The reference takes 120 s; what supervises a process commonly kills it after 30.
  shutdownMs: 25 * SECOND,
  shutdownAckMs: 1 * SECOND,
};

/** Throws where two options contradict each other or the protocol: both values are named. */
export function checkRunnerOptions(options: RunnerOptions): void {
  const {
    socketsPerCommit,
    stateBytes,
    pendingMessages,
    lostShare,
    stopShare,
    kvTimeoutMs,
    streamWindowBytes,
  } = options;
  if (!(socketsPerCommit >= 1 && socketsPerCommit <= 118)) {
    throw new RangeError(
      `socketsPerCommit is ${socketsPerCommit}, 1 to 118 is wanted: a put has 128 keys`,
    );
  }
  if (!(stateBytes <= MAX_STATE_BYTES)) {
    throw new RangeError(
      `stateBytes is ${stateBytes}, at most ${MAX_STATE_BYTES} is wanted: a state has 256 parts`,
    );
  }
  if (!(pendingMessages >= 1 && pendingMessages < MAX_DISTANCE)) {
    throw new RangeError(
      `pendingMessages is ${pendingMessages}, 1 to ${
        MAX_DISTANCE - 1
      } is wanted: beyond, indexes ` +
        "do not compare",
    );
  }
  for (const [name, share] of Object.entries({ lostShare, stopShare })) {
    if (!(share > 0 && share <= 1)) {
      throw new RangeError(`${name} is ${share}, more than 0 and at most 1 is wanted`);
    }
  }
  if (!(streamWindowBytes >= CREDIT_UNIT)) {
    throw new RangeError(
      `streamWindowBytes is ${streamWindowBytes}, at least ${CREDIT_UNIT} is wanted: a chunk must fit`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (!(value >= 0)) {
      throw new RangeError(`${name} is ${value}, a number from 0 on is wanted`);
    }
  }
  if (kvTimeoutMs === 0) throw new RangeError("kvTimeoutMs is 0, at least 1 is wanted");
  checkRunnerTimers(options);
}
