import type { Link } from "../transport/link.ts";
import type { ClientLink } from "./client_link.ts";
import type { RunnerHandshake } from "./runner_registry.ts";

/** Where things can be made to go wrong on purpose. Without it nothing stands in between. */
export interface GatewayFaults {
  tunnel(link: Link, handshake: RunnerHandshake): Link;
  client(link: ClientLink): ClientLink;
  /** Instead of the option, for sockets that open now; `null`: the option. */
  readonly firstMessageIndex: number | null;
}
