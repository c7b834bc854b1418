import type { GatewayOptions } from "../gateway/options.ts";
import type { Rule } from "../rule/rule.ts";
import type { RunnerOptions } from "../runner/options.ts";
import type { StoreOptions } from "../store/options.ts";
import type { Settable } from "./option_variables.ts";

/** Every room's options. */
export interface RoomOptions {
  readonly gateway: GatewayOptions;
  readonly runner: RunnerOptions;
  readonly store: StoreOptions;
}

/** An option by room and name, as `gateway.ackTimeoutMs`. */
export type OptionPath = {
  [Room in keyof RoomOptions]: `${Room}.${Extract<keyof Settable<RoomOptions[Room]>, string>}`;
}[keyof RoomOptions];

/** A rule between options, of one room or of several. */
export type OptionRule = Rule<OptionPath>;

export function optionAt(options: RoomOptions, path: OptionPath): number {
  const [room, option] = path.split(".") as [keyof RoomOptions, string];
  return (options[room] as unknown as Readonly<Record<string, number>>)[option]!;
}
