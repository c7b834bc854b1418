export * from "./acknowledgement.ts";
export * from "./output_gate.ts";
export * from "./receive_window.ts";
export * from "./send_window.ts";
export * from "./unacked_log.ts";
