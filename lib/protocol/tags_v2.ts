/** The members of the unions of version 2, in the order of their tags (`wire.md`). */
export const TO_SERVER = [
  "init",
  "events",
  "ackCommands",
  "stopping",
  "pong",
  "kvRequest",
  "tunnel",
] as const;
export const TO_CLIENT = [
  "init",
  "close",
  "commands",
  "ackEvents",
  "kvResponse",
  "tunnel",
] as const;
export const TO_SERVER_BODIES = [
  "tunnelAck",
  "responseStart",
  "responseChunk",
  "responseAbort",
  "webSocketOpen",
  "webSocketMessage",
  "webSocketMessageAck",
  "webSocketClose",
] as const;
export const TO_CLIENT_BODIES = [
  "tunnelAck",
  "requestStart",
  "requestChunk",
  "requestAbort",
  "webSocketOpen",
  "webSocketMessage",
  "webSocketClose",
] as const;
export const COMMANDS = ["start", "stop"] as const;
export const KV_REQUESTS = ["get", "list", "put", "delete", "drop"] as const;
