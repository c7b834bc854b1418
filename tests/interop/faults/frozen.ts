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
  const answered = Math.min(told.texts.length, MESSAGES);
  const saw = `${answered} of ${MESSAGES} answered`;
  if (!client.isOpen) return { saw: `${saw}, closed ${await closeOf(client)}`, ms: told.closedMs };
  const tooMany = told.texts.length - (MESSAGES + 1);
  if (tooMany < 0) return { saw: `${saw}, open and dead`, ms: null };
  const { count } = await world.state(id);
  const wrong = [
    ...(isExact(told.texts) ? [] : [tooMany > 0 ? `${tooMany} answers too many` : "wrong answers"]),
    ...(count === MESSAGES + 2 ? [] : [`the count is ${count} instead of ${MESSAGES + 2}`]),
  ];
  return {
    saw: wrong.length === 0 ? ALL_ANSWERED : `${saw}, ${wrong.join(", ")}`,
    ms: told.firstMs,
  };
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
    const last = `{"count":${count + 1}}`;
    const isOver = (): boolean => this.texts.includes(last) || !this.#client.isOpen;
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
