import type { LinkHandlers } from "./link.ts";

/**
 * Hands one frame to its handler. What the handler throws is reported as an uncaught error, and the
 * frames behind it still arrive: one bad frame must not cost everyone else on the tunnel theirs.
 */
export function deliver(handlers: LinkHandlers, frame: Uint8Array): void {
  try {
    handlers.onFrame(frame);
  } catch (error) {
    reportError(error);
  }
}
