export * from "./context.ts";
export * from "./definition.ts";
export * from "./errors.ts";
export type { ActorKv, KvEntry, KvKey, KvListOptions } from "./kv.ts";
export * from "./socket.ts";
