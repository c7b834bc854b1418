import { CREDIT_UNIT } from "../delivery/credit.ts";
import { MAX_DISTANCE } from "../protocol/mod.ts";
import { MAX_STATE_BYTES, RUNNER_DEFAULTS, type RunnerOptions } from "../runner/options.ts";
import { optionVariables } from "./option_variables.ts";

export const RUNNER_VARIABLES = optionVariables<RunnerOptions>("RUNNER", RUNNER_DEFAULTS, {
  connectTimeoutMs: "From asking for a tunnel to having it",
  initTimeoutMs: "From the runner's first frame to the gateway's",
  pingTimeoutMs: "A gateway that has sent no ping for so long has a dead tunnel",
  pingIntervalMs: "How often the runner pings where that is its part (before v4)",
  firstRetryMs: { meaning: "Wait before the first attempt after a cut", min: 0 },
  retryMs: "Wait before the second attempt, doubled for each one after",
  retryMaxMs: "The longest such wait",
  retryJitter: "Up to this share is added to each wait, at random",
  retryResetMs: {
    meaning: "A tunnel that lived so long makes the next wait the first again",
    min: 0,
  },
  lostShare: "Away for this share of the gateway's threshold, the runner stops its actors",
  stopShare: "A stopping actor may take this share of the gateway's threshold",
  actorStopThresholdMs: "That threshold, where the gateway's version cannot say it (before v6)",
  pendingMessages: {
    meaning: "Outgoing messages of a hibernatable socket that the gateway has not acked",
    max: MAX_DISTANCE - 1,
  },
  reconnectMessages: "Outgoing messages kept for the reconnect, of all sockets",
  reconnectBytes: "Bytes of those messages",
  ackMessages: "So many messages of a client's socket get one ack",
  ackBytes: "So many bytes of them do",
  ackDelayMs: {
    meaning: "After which it gets one in any case; 0: at the end of each turn",
    min: 0,
  },
  committedAckDelayMs: {
    meaning: "The same, after its commit, where the actor has a state",
    min: 0,
  },
  acksPerRound: "So many sockets get their ack after such a delay, the others after the next ones",
  ackDelayMaxMs: "The longest that an ack waits so",
  eventsUnacked: "Events that the gateway has not acked",
  kvTimeoutMs: "From a key-value request to its answer",
  kvRequests: "Key-value requests without an answer",
  sleepAfterMs:
    "An actor with nothing to do for so long sleeps, unless its definition says otherwise",
  webSocketMessageBytes: "One outgoing WebSocket message",
  mailboxMessages: "Messages of one actor that are received and not handled",
  mailboxBytes: "Bytes of those messages",
  gateMessages: "Outgoing messages of one actor that wait for its state to be durable",
  gateBytes: "Bytes of those messages",
  socketsPerCommit: { meaning: "Sockets whose index changes in one commit", max: 118 },
  stateBytes: { meaning: "One actor's state, serialised", max: MAX_STATE_BYTES },
  attachmentBytes: { meaning: "One socket's attachment, serialised, with its path", max: 131_072 },
  httpBodyBytes: "A body, either way, where the gateway takes no stream: one that is not ours",
  responseBufferBytes: { meaning: "A response that grows beyond this is streamed", min: 0 },
  streamWindowBytes: {
    meaning: "What is read ahead of a streamed request body, for each request",
    min: CREDIT_UNIT,
  },
  tunnelBufferBytes:
    "A socket whose messages nobody acks is closed when it sends while the tunnel holds more than this",
  linkBufferBytes: "Streamed responses wait while the tunnel holds more than this",
  linkPollMs: "Between two looks of waiting responses at the tunnel",
  attachGraceMs: {
    meaning:
      "How long the actor's messages on a restored socket wait for a Rivet Engine to attach it",
    min: 0,
  },
  departedMs: { meaning: "How long actors and sockets that left are remembered", min: 0 },
  departedIds: "How many of them",
  hibernateTimeoutMs: "From a person's wish that an actor sleep to having left",
  shutdownMs: "From the signal to stop to the end of the process",
  shutdownAckMs: { meaning: "How much of that may go into waiting for the last acks", min: 0 },
});
