import type { Close, CommandWrapper, ToClientTunnelMessage } from "../protocol/mod.ts";
import type { LinkEnd } from "../transport/link.ts";
import type { ToClientInit } from "./connection.ts";

/** What hosts actors at the runner's end of a tunnel, as the tunnel's client sees it. */
export interface Hosting {
  /** The gateway has taken the runner in, for the first time or again. */
  connected(welcome: ToClientInit): void;
  /** A link to the gateway has ended, or an attempt at one has. Another follows by itself. */
  linkEnded?(end: LinkEnd): void;
  /** A command as it came: the log says whether it is new. */
  command(command: CommandWrapper): void;
  tunnel(message: ToClientTunnelMessage): void;
  /** The tunnel is cut; it may come back with the actors still here. */
  tunnelCut(): void;
  /** The gateway gives every actor here up: they leave, and nothing of them is told any more. */
  abandonAll(why: string): void;
  /** Stops every actor in good order and starts no other. Resolves when all have left. */
  drain(close: Close, timeoutMs: number): Promise<void>;
  /** Forgets what has departed. */
  clear(): void;
}
