import { assert, assertEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { ActorEntry } from "../../lib/gateway/actor_entry.ts";
import { ClientSocket } from "../../lib/gateway/client_socket.ts";
import { createInspector, INSPECT_LIMITS } from "../../lib/inspect/mod.ts";
import { ActorInstance } from "../../lib/runner/actor_instance.ts";
import { TunnelSocket } from "../../lib/runner/tunnel_socket.ts";
import { blocksRun } from "../support/blocks_run.ts";
import { Embedded } from "./embedded.ts";

const { rows } = INSPECT_LIMITS;
const VIEWED = { ActorEntry, ClientSocket, ActorInstance, TunnelSocket };

interface Cost {
  /** Blocks of `lib` that ran. */
  readonly blocks: number;
  /** Views that were made, by whose they are. */
  readonly views: Readonly<Record<string, number>>;
}

/** What it costs to say how things stand, with so many actors that are awake. */
async function costOf(count: number, socketsEach: number): Promise<Cost> {
  await using embedded = await Embedded.start(actors);
  for (let i = 0; i < count; i++) await embedded.open("echo", socketsEach);
  const { world: { host, gateway }, runner } = embedded;
  const inspector = createInspector({ host, role: "all" });
  inspector.observe({ gateway, runner });
  const { views, restore } = countViews();
  const isOurs = (url: string): boolean => url.includes("/lib/");
  const blocks = await blocksRun(isOurs, () => {
    const { inAll } = inspector.snapshot();
    assertEquals(inAll, { actors: count, sockets: count * socketsEach });
  });
  restore();
  return { blocks, views };
}

function countViews(): { views: Record<string, number>; restore: () => void } {
  const views: Record<string, number> = {};
  const undo = Object.entries(VIEWED).map(([name, { prototype }]) => {
    const view = prototype.view as () => never;
    views[name] = 0;
    prototype.view = function (): never {
      views[name]!++;
      return view.call(this);
    };
    return () => void (prototype.view = view);
  });
  return { views, restore: () => undo.forEach((each) => each()) };
}

Deno.test("cost: the dashboard makes as many views beside 10 000 sockets as it has rows", async () => {
  for (const count of [rows, 2 * rows, 1_000]) {
    const { views } = await costOf(count, 10_000 / 1_000);
    assertEquals(views, {
      ActorEntry: rows,
      ActorInstance: rows,
      ClientSocket: rows,
      TunnelSocket: rows,
    });
  }
});

Deno.test("cost: the dashboard goes through no more of 10 000 sockets of one actor than of 200", async () => {
  const [few, many] = [await costOf(1, 2 * rows), await costOf(1, 10_000)];
  assert(few.blocks > rows, `${few.blocks} blocks are too few to mean anything`);
  assert(many.blocks <= few.blocks * 1.1, `${few.blocks} blocks became ${many.blocks}`);
});
