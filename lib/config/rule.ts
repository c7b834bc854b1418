import type { GatewayOptions } from "../gateway/options.ts";
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

/** Two options that must agree: the smaller one, `times` over, is below the larger. */
export interface Rule {
  readonly smaller: OptionPath;
  readonly larger: OptionPath;
  /** 1 when left out. */
  readonly times?: number;
  /** Whether they may be equal. */
  readonly orEqual: boolean;
  readonly why: string;
}

/** Whether the options keep the rule. */
export function keepsRule(rule: Rule, options: RoomOptions): boolean {
  const smaller = optionAt(options, rule.smaller) * (rule.times ?? 1);
  const larger = optionAt(options, rule.larger);
  return smaller < larger || rule.orEqual && smaller === larger;
}

export function optionAt(options: RoomOptions, path: OptionPath): number {
  const [room, option] = path.split(".") as [keyof RoomOptions, string];
  return (options[room] as unknown as Readonly<Record<string, number>>)[option]!;
}
