import { createDefine, type Define } from "fresh";
import type { Access, Visitor } from "./lib/access/mod.ts";
import type { Inspector, InspectSource } from "./lib/inspect/mod.ts";

/** What every route finds in `ctx.state`: put there by a middleware of `main.ts`. */
export interface AppState {
  readonly inspector: Inspector;
  readonly source: InspectSource;
  readonly config: DashboardConfig;
  readonly access: Access;
  /** Who asks. `undefined` before they are let in. */
  visitor?: Visitor;
  readonly readiness: () => Readiness;
}

/** What a browser needs to speak to actors. No token: neither our gateway nor an engine asks for one. */
export interface GatewayAddress {
  /** Where a browser reaches the gateway, as `http://127.0.0.1:6420`. */
  readonly url: string;
  readonly namespace: string;
}

export interface DashboardConfig {
  readonly gateway: GatewayAddress;
  /** Nobody may act. */
  readonly readOnly: boolean;
  readonly version: string;
}

/** Whether this process takes work, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export const define: Define<AppState> = createDefine<AppState>();
