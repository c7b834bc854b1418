import type { SocketMessage } from "../protocol/mod.ts";
import type { LinkHandlers } from "./link.ts";

/**
 * Hands one frame, or message, to its handler. What the handler throws is reported as an uncaught
 * error, and what is behind it still arrives: one bad frame must not cost everyone else on the tunnel
 * theirs.
 */
export function deliver(handlers: LinkHandlers, frame: Uint8Array | SocketMessage): void {
  try {
    if (!(frame instanceof Uint8Array)) return handlers.onMessage!(frame);
    handlers.onFrame(frame);
  } catch (error) {
    reportError(error);
  }
}
