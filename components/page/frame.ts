import type { GatewayAddress } from "../../app_state.ts";
import type { Role } from "../../lib/inspect/mod.ts";

/** What every page knows of its server, and of what its reader may do. */
export interface Frame {
  readonly role: Role;
  readonly version: string;
  readonly gateway: GatewayAddress;
  /** Whether the reader may see what users sent. */
  readonly maySeePayloads: boolean;
  /** Whether things can be made to go wrong on purpose. */
  readonly hasFaults: boolean;
  /** Whether the reader may act. What acts is not shown to who may not. */
  readonly mayOperate: boolean;
}
