/** The members of the unions of version 7, in the order of their tags (`wire.md`). */
export const TO_SERVER = [
  "init",
  "events",
  "ackCommands",
  "stopping",
  "pong",
  "kvRequest",
  "tunnel",
] as const;
export const TO_CLIENT = ["init", "commands", "ackEvents", "kvResponse", "tunnel", "ping"] as const;
export const TO_SERVER_BODIES = [
  "responseStart",
  "responseChunk",
  "responseAbort",
  "webSocketOpen",
  "webSocketMessage",
  "webSocketMessageAck",
  "webSocketClose",
] as const;
export const TO_CLIENT_BODIES = [
  "requestStart",
  "requestChunk",
  "requestAbort",
  "webSocketOpen",
  "webSocketMessage",
  "webSocketClose",
] as const;
export const COMMANDS = ["start", "stop"] as const;
export const KV_REQUESTS = ["get", "list", "put", "delete", "deleteRange", "drop"] as const;
