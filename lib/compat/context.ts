import type { RunnerContext } from "../runner/context.ts";
import type { RecentSet } from "../runner/recent_set.ts";
import type { RequestMap } from "../runner/request_map.ts";
import type { HostedSocket } from "./hosted_socket.ts";
import type { Runner } from "./runner.ts";

/** What the parts of {@link CallbackHost} share. */
export interface CallbackContext extends RunnerContext {
  /** Whose callbacks are called, with itself as their first argument. */
  readonly runner: Runner;
  /** Every socket of every actor here. */
  readonly sockets: RequestMap<HostedSocket>;
  /** Sockets that left with their actor: the gateway keeps them, and late frames are no surprise. */
  readonly departedSockets: RecentSet<string>;
  /** Sockets that were closed from here. The gateway may not have heard yet; a cut forgets them. */
  readonly closedSockets: RecentSet<string>;
}
