/** One thing that holds of every pairing, and what a pairing does where it does not hold there. */
import type { GatewayStart } from "./gateway_side.ts";
import type { World } from "./world.ts";

export interface Scenario {
  /** A sentence that is true where the scenario passes. */
  readonly name: string;
  /**
   * Its own runner, in a pool of its own, which it starts itself: what kills, cuts or drains. Else
   * the pairing's one runner is there already.
   */
  readonly ownRunner?: true;
  /** Its own gateway, started so. It has its own runner then, too. */
  readonly ownGateway?: GatewayStart;
  /** Takes so long, on any gateway or on these, that only `deno task interop` plays it. */
  readonly slow?: true | readonly string[];
  /** A gateway where it would take far too long: it is not played there. */
  readonly notOn?: string;
  /** Pairings where it does not hold. The first that fits counts. */
  readonly instead?: readonly Instead[];
  run(world: World): Promise<void>;
}

/** What these pairings do instead, as observed. The scenario must fail there. */
export interface Instead {
  /** A runner's name; any runner when left out. */
  readonly runner?: string;
  /** A gateway's name; any gateway when left out. */
  readonly gateway?: string;
  /** Goes into the table, after the name of the pairing: "closes with 1011". */
  readonly does: string;
  /** It holds at other times: what decides is a race. */
  readonly sometimes?: true;
}

/** What is expected of a scenario in one pairing: `undefined` when it holds. */
export function insteadOf(
  { instead = [] }: Pick<Scenario, "instead">,
  runner: string,
  gateway: string,
): Instead | undefined {
  return instead.find((each) =>
    (each.runner ?? runner) === runner && (each.gateway ?? gateway) === gateway
  );
}

export function isSlow({ slow = [] }: Pick<Scenario, "slow">, gateway: string): boolean {
  return slow === true || slow.includes(gateway);
}
