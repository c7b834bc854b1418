import type { FrameDirection, FrameKind } from "../../lib/inspect/mod.ts";

/** Kinds of frames in the groups that a reader looks for, in the order of the wire. */
export const KIND_GROUPS: readonly (readonly [title: string, kinds: readonly FrameKind[]])[] = [
  ["WebSockets", [
    "webSocketOpen",
    "webSocketMessage",
    "webSocketMessageAck",
    "webSocketClose",
  ]],
  ["HTTP", [
    "requestStart",
    "requestChunk",
    "requestAbort",
    "responseStart",
    "responseChunk",
    "responseAbort",
  ]],
  ["Actors", ["commands", "ackCommands", "events", "ackEvents"]],
  ["Store", ["kvRequest", "kvResponse"]],
  ["Tunnel", ["init", "ping", "pong", "stopping", "close", "tunnelAck", "unreadable"]],
];

export const FRAME_KINDS: readonly FrameKind[] = KIND_GROUPS.flatMap(([, kinds]) => kinds);
export const DIRECTIONS: readonly FrameDirection[] = ["toRunner", "toGateway"];

/** The address of one frame's details: on the same page. */
export const PICKED = "frame";
