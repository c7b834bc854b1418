import type { SocketMessage } from "../protocol/mod.ts";

/**
 * A duplex link of binary frames: all that runner and gateway know of each other's whereabouts.
 *
 * Life of a link: made open; `start` once; then frames in order; then `onClose` once, whoever closed
 * it and however it broke. After `onClose` nothing more arrives and `send` does nothing.
 */
export interface Link {
  /** The subprotocol that both ends have agreed on, one of `protocol/subprotocols.ts`. */
  readonly protocol: string;
  /**
   * Begins delivery. Frames that arrived before are kept and delivered first. A handler is never
   * called from inside `send`, `close` or `start`: no caller is re-entered.
   */
  start(handlers: LinkHandlers): void;
  /** Hands over one frame. The bytes must not be changed afterwards. */
  send(frame: Uint8Array): void;
  /**
   * Hands over a message as it is, in its order among the frames, where the other end is in this
   * process and takes it. False where it must go as a frame. Nobody may change it afterwards, but
   * the receiver those bytes that are given to it.
   */
  hand?(message: SocketMessage): boolean;
  /** Ends the link. What was sent before still arrives. Does nothing on a closed link. */
  close(code: number, reason: string): void;
  /** Breaks the link as a cut cable would, where that can be done from here: both ends see 1006. */
  cut?(): void;
  /** Bytes handed to `send` that have not left yet. */
  readonly bufferedBytes: number;
}

export interface LinkHandlers {
  /** One frame, as a view that the receiver may keep but must not change. */
  onFrame(frame: Uint8Array): void;
  /** One message of the other end, which is in this process. Left out: frames only are taken. */
  onMessage?(message: SocketMessage): void;
  onClose(end: LinkEnd): void;
}

/** How a link ended. `code` is 1006 when no close frame came: the link broke. */
export interface LinkEnd {
  readonly code: number;
  readonly reason: string;
}

/** Opens a link to a peer, or rejects with a {@link LinkError} that says why it could not. */
export type Connect = () => Promise<Link>;

/** Why a link could not be opened. */
export class LinkError extends Error {
  override readonly name = "LinkError";
  constructor(readonly code: "link.refused" | "link.timeout" | "link.rejected", message: string) {
    super(message);
  }
}
