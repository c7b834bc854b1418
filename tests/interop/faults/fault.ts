/** Something that breaks under a client's hands, and what the client saw of it. */
import type { GatewayKind, GatewayStart } from "../gateway_side.ts";
import type { World } from "../world.ts";

/** What the client saw, and how long after the fault it was over; `null` when it never was. */
export interface Sight {
  readonly saw: string;
  readonly ms: number | null;
}

export interface Fault {
  readonly name: string;
  /** What a client of Dormouse's gateway must see, and by when, with default timers. */
  readonly bound: { readonly saw: RegExp; readonly withinMs: number };
  /** Where it takes so long that it is measured beside others: it waits, and does not work. */
  readonly waits: "nowhere" | "everywhere" | GatewayKind["name"];
  /** Its own gateway, started so. */
  readonly ownGateway?: GatewayStart;
  run(world: World): Promise<Sight>;
}

/** A runner with an actor and a client of it, who has been answered once: the count is 1. */
export async function inPlay(
  world: World,
  { path = "/", endpoint }: { path?: string; endpoint?: string } = {},
) {
  const runner = await world.runner(endpoint === undefined ? {} : { endpoint });
  const id = await world.create();
  const client = await world.open(id, path);
  const first = await client.ask("inc");
  if (first !== `{"count":1}`) throw new Error(`The first answer is ${first}`);
  return { runner, id, client };
}

/** Lets so much time go by. */
export function passed(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), Math.max(0, ms)));
}
