import { CREDIT_UNIT } from "../delivery/credit.ts";
import { GATEWAY_DEFAULTS, type GatewayOptions } from "../gateway/options.ts";
import { HTTP_BODY_BYTES, MAX_DISTANCE, WEBSOCKET_MESSAGE_BYTES } from "../protocol/mod.ts";
import { optionVariables } from "./option_variables.ts";

export const GATEWAY_VARIABLES = optionVariables<GatewayOptions>("GATEWAY", GATEWAY_DEFAULTS, {
  initTimeoutMs: "From a runner's connection to its first frame",
  pingIntervalMs: "Between two pings of a runner",
  pingTimeoutMs: "A runner that has answered no ping for so long has a dead tunnel",
  runnerLostThresholdMs: "A runner away for so long is given up, and its actors move",
  actorStopThresholdMs: "From asking an actor to stop to its end",
  actorReadyTimeoutMs: "From wanting an actor awake to its word that it runs",
  webSocketOpenTimeoutMs: "From a client's WebSocket to the actor's answer",
  responseStartTimeoutMs: "From a request to the start of its response",
  resendTimeoutMs:
    "A request whose tunnel broke, and whose actor has no runner for so long, is answered 503",
  ackTimeoutMs:
    "A message unacked for so long costs its socket; stands still while the actor sleeps",
  sweepIntervalMs: "Between two looks at unacked messages",
  hibernationKeepAliveMs: "Between two updates of those records",
  pendingMessages: {
    meaning: "Messages of a hibernatable socket that are not acked; at most half the index space",
    max: MAX_DISTANCE,
  },
  pendingBytes: "Bytes of those messages",
  actorAckMessages: {
    meaning: "Messages to one client after which the actor's runner gets an ack at once",
    max: MAX_DISTANCE,
  },
  actorAckBytes: "Bytes of such messages",
  actorAckDelayMs: "After which it gets one in any case",
  clientBufferBytes: "What a client may leave unread before it counts as slow and is closed",
  slowShare: "A client or an actor is told of as slow at this share of what may wait for it",
  caughtUpShare: "It has caught up again at this share",
  webSocketMessageBytes: { meaning: "One message of a client", max: WEBSOCKET_MESSAGE_BYTES },
  httpBodyBytes: {
    meaning: "One request's body, for a runner that takes no stream: one that is not ours",
    max: HTTP_BODY_BYTES,
  },
  responseBufferBytes:
    "Bytes of a response that wait for a slow client, where the runner cannot be slowed down",
  streamWindowBytes: {
    meaning: "What is read ahead of a streamed response, for each request",
    min: CREDIT_UNIT,
  },
  lingerMs: {
    meaning: "How long the rest of a request's body is taken whose answer is complete",
    min: 0,
  },
  linkBufferBytes: "Streamed request bodies wait while a runner's tunnel holds more than this",
  tunnelBufferBytes:
    "Messages wait, or cost the socket that cannot hibernate, while a runner's tunnel holds more than this",
  linkPollMs: "Between two looks of waiting request bodies at the tunnel",
  managementBodyBytes: "A request's body at the management API",
  namespaces: "Namespaces that can be made",
  headerBytes: "Names and values of a request's headers together",
  openSockets: "Clients' WebSockets",
  requestsInFlight: "HTTP requests",
  restartBackoffMs: {
    meaning: "Wait before a crashed actor starts again, doubled with each crash",
    min: 0,
  },
  restartBackoffMaxMs: { meaning: "The longest such wait", min: 0 },
  restartBackoffResetMs: {
    meaning: "An actor that ran for so long starts counting its crashes anew",
    min: 0,
  },
  crashesBeforeClose:
    "Crashes in a row with the same messages pending that cost the sockets they came from",
  firstMessageIndex: {
    meaning: "Where a socket's message index begins; for tests near its wrap",
    min: 0,
    max: 65_535,
  },
});
