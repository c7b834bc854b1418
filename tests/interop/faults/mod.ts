import type { Fault } from "./fault.ts";
import { frozen } from "./frozen.ts";
import { gateway } from "./gateway.ts";
import { killed } from "./killed.ts";
import { orderly } from "./orderly.ts";
import { tunnel } from "./tunnel.ts";

export type { Fault, Sight } from "./fault.ts";

/** Every fault, in the order of the table's rows. */
export const FAULTS: readonly Fault[] = [...killed, ...tunnel, ...frozen, ...orderly, ...gateway];
