/** A runner's process stands still, and goes on later as if nothing had been. */
import type { Client } from "../../support/client.ts";
import { eventually } from "../gateway_side.ts";
import type { World } from "../world.ts";
import { type Fault, inPlay, passed, type Sight } from "./fault.ts";
import { closeOf, isExact, PATIENCE_MS, type Stopwatch, stopwatch } from "./watch.ts";

const FROZEN_MS = 45_000;
const EVERY_MS = 5_000;
const MESSAGES = FROZEN_MS / EVERY_MS;
const ALL_ANSWERED = `${MESSAGES} of ${MESSAGES} answered, and 1 after the thaw`;

export const frozen: readonly Fault[] = [
  {
    name: `runner frozen for ${FROZEN_MS / 1_000} s, none other, a message every ` +
      `${EVERY_MS / 1_000} s; until the first answer`,
    bound: { saw: new RegExp(`^${ALL_ANSWERED}$`), withinMs: 46_000 },
    waits: "everywhere",
    run: (world) => frozenWhileSending(world),
  },
  {
    name: "the same, and another is there",
    bound: { saw: new RegExp(`^${ALL_ANSWERED}$`), withinMs: 22_000 },
    waits: "everywhere",
    run: (world) => frozenWhileSending(world, () => world.runner()),
  },
];

/** The client is to be answered all that it sends, in order, and once more after the thaw. */
async function frozenWhileSending(world: World, before?: () => Promise<unknown>): Promise<Sight> {
  const { runner, id, client } = await inPlay(world);
  await before?.();
  const since = stopwatch();
  const told = new Told(client, since);
  runner.freeze();
  const thawed = passed(FROZEN_MS).then(() => runner.thaw());
  for (let i = 0; i < MESSAGES && client.isOpen; i++) {
    client.send("inc");
    await passed(EVERY_MS);
  }
  await thawed;
  await told.all(MESSAGES);
  if (client.isOpen) {
    // Whatever the thawed one still had to say has been said.
    await passed(2_000);
    client.send("inc");
    await told.all(MESSAGES + 1);
  }
  const { texts, firstMs, closedMs } = told;
  const isGoingOn = texts.includes(answerTo(MESSAGES + 1));
  const tooMany = texts.length - MESSAGES - Number(isGoingOn);
  const saw = `${Math.min(texts.length, MESSAGES)} of ${MESSAGES} answered` +
    (tooMany > 0 ? `, ${tooMany} answers too many` : "");
  if (!client.isOpen) return { saw: `${saw}, closed ${await closeOf(client)}`, ms: closedMs };
  if (!isGoingOn) return { saw: `${saw}, open and dead`, ms: null };
  const { count } = await world.state(id);
  if (count !== MESSAGES + 2) return { saw: `${saw}, the count is ${count}`, ms: firstMs };
  return { saw: isExact(texts) ? ALL_ANSWERED : saw, ms: firstMs };
}

/** To the message of this number, counted from the freeze on. */
function answerTo(number: number): string {
  return `{"count":${number + 1}}`;
}

/** All that a client is told, and when that began and ended. */
class Told {
  readonly texts: string[] = [];
  firstMs: number | null = null;
  closedMs: number | null = null;
  readonly #client: Client;

  constructor(client: Client, since: Stopwatch) {
    this.#client = client;
    void this.#listen(since);
  }

  /** Waits until the last of so many answers came, or the close, or as long as it has patience. */
  async all(count: number): Promise<void> {
    const isOver = (): boolean => this.texts.includes(answerTo(count)) || !this.#client.isOpen;
    await eventually("all answers", isOver, PATIENCE_MS).catch(() => {});
  }

  async #listen(since: Stopwatch): Promise<void> {
    try {
      while (true) {
        this.texts.push(String(await this.#client.next()));
        this.firstMs ??= since.ms;
      }
    } catch {
      this.closedMs = since.ms;
    }
  }
}
