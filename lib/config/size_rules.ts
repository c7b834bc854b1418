import type { OptionRule } from "./rule.ts";

/** A limit that one message or batch cannot keep would refuse what another limit lets in. */
export const SIZE_RULES: readonly OptionRule[] = [
  {
    smaller: "gateway.webSocketMessageBytes",
    larger: "gateway.pendingBytes",
    orEqual: true,
    why: "one message must fit what may be pending",
  },
  {
    smaller: [2, "runner.ackBytes"],
    larger: "gateway.pendingBytes",
    orEqual: true,
    why: "an ack must come long before a socket's window is full",
  },
  {
    smaller: "gateway.webSocketMessageBytes",
    larger: "runner.mailboxBytes",
    orEqual: true,
    why: "one message must fit an actor's mailbox",
  },
  {
    smaller: "gateway.linkBufferBytes",
    larger: "gateway.tunnelBufferBytes",
    orEqual: true,
    why: "bodies make room for messages",
  },
  {
    smaller: "runner.linkBufferBytes",
    larger: "runner.tunnelBufferBytes",
    orEqual: true,
    why: "bodies make room for messages",
  },
  {
    smaller: "gateway.caughtUpShare",
    larger: "gateway.slowShare",
    orEqual: false,
    why: "who is slow has to catch up before that is told",
  },
  {
    smaller: "runner.webSocketMessageBytes",
    larger: "runner.gateBytes",
    orEqual: true,
    why: "one message must fit what waits for a commit",
  },
  {
    smaller: "runner.webSocketMessageBytes",
    larger: "runner.reconnectBytes",
    orEqual: true,
    why: "one message must fit what is kept for a reconnect",
  },
  {
    smaller: "runner.responseBufferBytes",
    larger: "runner.httpBodyBytes",
    orEqual: true,
    why: "a response is streamed before it is too large to be buffered",
  },
  {
    smaller: "store.batchBytes",
    larger: "store.queuedBytes",
    orEqual: true,
    why: "a batch is taken from the queue",
  },
];
