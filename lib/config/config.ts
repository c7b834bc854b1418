import type { AccessLimits, Tokens } from "../access/mod.ts";
import type { GatewayOptions } from "../gateway/options.ts";
import type { LogFormat, LogLevel } from "../log/level.ts";
import type { ProtocolVersion } from "../protocol/limits.ts";
import type { RunnerOptions } from "../runner/options.ts";
import type { StoreOptions } from "../store/options.ts";

/** What a process is to do and how, checked and complete. */
export interface Config {
  /** Whether this process has the embedded gateway, and with it the store. */
  readonly runsGateway: boolean;
  readonly runsRunner: boolean;
  readonly dataDir: string;
  /** `null` when the one kept in the data directory is to be used. */
  readonly adminToken: string | null;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Where browsers reach the gateway, when it is not where it listens or the runner reaches it. */
  readonly gatewayUrl: string | null;
  readonly ui: Listen;
  readonly access: AccessConfig;
  readonly gateway: Listen & { readonly options: GatewayOptions };
  readonly runner: RunnerConfig;
  readonly store: { readonly options: StoreOptions };
  /** Whether things can be made to go wrong on purpose. */
  readonly faults: boolean;
  /** What the dashboard keeps of messages. */
  readonly capture: {
    readonly payloads: boolean;
    /** Names of headers, parameters and JSON members whose values are secret. */
    readonly redact: readonly string[];
  };
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  /** Every variable with its effective value, as it may be shown. */
  readonly settings: readonly Setting[];
}

/** Who may do what at the dashboard. */
export interface AccessConfig {
  /** Besides the admin token. */
  readonly tokens: Pick<Tokens, "view" | "payload">;
  /** Nobody may act. */
  readonly readOnly: boolean;
  readonly limits: AccessLimits;
}

export interface Listen {
  readonly hostname: string;
  /** 0 for any free port. */
  readonly port: number;
}

export interface RunnerConfig {
  /** Where the gateway is, without a slash at the end; `null` for the one in this process. */
  readonly endpoint: string | null;
  /** Whether the gateway is one of ours on this machine, which takes the admin token. */
  readonly isOurs: boolean;
  /** `null` when none was given: a gateway of ours takes the admin token. */
  readonly token: string | null;
  readonly namespace: string;
  readonly name: string;
  readonly totalSlots: number;
  readonly version: number;
  readonly protocolVersion: ProtocolVersion;
  readonly options: RunnerOptions;
}

/** One variable as it is in effect. A secret's value is redacted. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly isDefault: boolean;
}
