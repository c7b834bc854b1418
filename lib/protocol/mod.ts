export * from "./capabilities.ts";
export * from "./close.ts";
export * from "./ids.ts";
export * from "./message.ts";
export * from "./message_index.ts";
export * from "./limits.ts";
export * from "./errors.ts";
export * from "./codec.ts";
