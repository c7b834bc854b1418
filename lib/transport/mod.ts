export * from "./link.ts";
export * from "./memory_link.ts";
