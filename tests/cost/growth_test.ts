import { assert, assertEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { blocksRun } from "../support/blocks_run.ts";
import { onWalk } from "../simulation/on_walk.ts";
import { type Counts, Embedded, type Opened } from "./embedded.ts";

const MESSAGES = 100;
/** Of so many sockets, however many there are besides: what each of them keeps is the same then. */
const TALKING = 10;
/**
 * A slab that is full in one run and not in the other, a call that V8 inlines: none of it doubles the
 * count, while going through 10 000 instead of 100 makes it many times more.
 */
const TOLERANCE = 2;

interface Steps {
  /** Blocks of `lib` that ran. */
  readonly blocks: number;
  /** Entries of maps and sets that were gone through. */
  readonly walked: number;
}

/** What messages cost beside everybody that `open` opens. */
async function stepsBeside(open: (embedded: Embedded) => Promise<Opened[]>): Promise<Steps> {
  await using embedded = await Embedded.start(actors);
  const opened = await open(embedded);
  const talking = opened.slice(0, TALKING);
  const talk = (): Promise<void> => embedded.talk(talking, MESSAGES, "hello");
  await talk();
  let walked = 0;
  const stop = onWalk((entries) => walked += entries);
  await talk();
  stop();
  // The virtual clock is a test's own.
  const isOurs = (url: string): boolean => url.includes("/lib/") && !url.includes("/lib/host/");
  return { walked, blocks: await blocksRun(isOurs, talk) };
}

function assertFlat(few: Steps, many: Steps): void {
  assert(few.blocks > 10 * MESSAGES, `${few.blocks} blocks are too few to mean anything`);
  assert(many.blocks <= few.blocks * TOLERANCE, `${few.blocks} blocks became ${many.blocks}`);
  assertEquals(many.walked, few.walked);
}

for (const [kind, path] of [["a plain", "/?hibernate=0"], ["an acked", "/"]] as const) {
  Deno.test(`cost: a message on ${kind} socket costs the same beside 100 and 10 000 of its actor`, async () => {
    const steps = (sockets: number): Promise<Steps> =>
      stepsBeside((embedded) => embedded.open("echo", sockets, path));
    assertFlat(await steps(100), await steps(10_000));
  });
}

Deno.test("cost: a message costs the same beside 10 and 1 000 actors", async () => {
  const steps = (count: number): Promise<Steps> =>
    stepsBeside(async (embedded) => {
      const opened: Opened[] = [];
      for (let i = 0; i < count; i++) opened.push(...await embedded.open("echo", 1));
      return opened;
    });
  assertFlat(await steps(10), await steps(1_000));
});

const MINUTE = 60_000;
const SLEPT_MINUTES = 15;

/** What is done while sockets of an actor that sleeps do nothing. */
async function asleep(sockets: number): Promise<Counts> {
  await using embedded = await Embedded.start(actors);
  const [first] = await embedded.open("echo", sockets);
  const { host } = embedded.world;
  await host.advance(2 * MINUTE);
  assertEquals(first!.socket.phase, "hibernating");
  return await embedded.count(() => host.advance(SLEPT_MINUTES * MINUTE));
}

Deno.test("cost: 10 000 sleeping sockets set no more timers and make no more commits than 100", async () => {
  const [few, many] = [await asleep(100), await asleep(10_000)];
  const pings = SLEPT_MINUTES * MINUTE / 3_000;
  assertEquals(many.toRunner, { ping: pings });
  assertEquals(many.toGateway, { pong: pings });
  assertEquals([many.timers, many.batches], [few.timers, few.batches]);
  // All that is written is the keep-alive, of hundreds at a time.
  assertEquals(Object.keys(many.stored), ["keepAlive"]);
  assertEquals(few.stored.keepAlive, few.batches);
  assert(many.stored.keepAlive! <= 10_000 / 200 * many.batches, `${many.stored.keepAlive} writes`);
});
