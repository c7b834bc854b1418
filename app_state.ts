import { createDefine, type Define } from "fresh";
import type { Inspector, InspectSource } from "./lib/inspect/mod.ts";

/** What every route finds in `ctx.state`: put there by a middleware of `main.ts`. */
export interface AppState {
  readonly inspector: Inspector;
  readonly source: InspectSource;
  readonly config: DashboardConfig;
  readonly readiness: () => Readiness;
}

/** What a browser needs to speak to actors. No token: neither our gateway nor an engine asks for one. */
export interface GatewayAddress {
  /** Where a browser reaches the gateway, as `http://127.0.0.1:6420`. */
  readonly url: string;
  readonly namespace: string;
}

export interface DashboardConfig {
  /** Whoever has it may look and act. */
  readonly token: string;
  readonly gateway: GatewayAddress;
  /** Hosts that are answered besides loopback, as `example.com` or `example.com:8443`. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may ask besides those on loopback, as `https://example.com`. */
  readonly allowedOrigins: readonly string[];
  readonly version: string;
}

/** Whether this process takes work, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export const define: Define<AppState> = createDefine<AppState>();
