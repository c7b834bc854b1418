import type { Host } from "../../host/host.ts";
import { BoundedLog } from "../bounded_log.ts";
import type { InspectLimits } from "../limits.ts";

/** One connection of a runner to its gateway, or at a runner alone: an attempt at one that failed. */
export interface LinkRow {
  readonly id: number;
  /** Since when it was up; `null`: it never was. */
  readonly upTs: number | null;
  /** `null` while it is up. */
  readonly endTs: number | null;
  /** Why it ended. */
  readonly reason: string | null;
}

/** What one ping took, there and back. */
export interface RoundTrip {
  readonly ts: number;
  readonly ms: number;
}

/** What the runner of this process is called while no gateway has given it an id. */
export const THIS_RUNNER = "this";

const REPLACED = "Another connection took its place";

/**
 * How the tunnels came and went, and how fast they were: the newest of each runner's. As many runners
 * as have a history of their own; those that were given up make room for others.
 */
export class Links {
  readonly #host: Host;
  readonly #limits: InspectLimits;
  readonly #runners = new Map<string, RunnerLinks>();

  constructor(host: Host, limits: InspectLimits) {
    this.#host = host;
    this.#limits = limits;
  }

  /** `undefined` of a runner that has none of its own. */
  of(runner: string): RunnerLinks | undefined {
    return this.#runners.get(runner);
  }

  /** Its tunnel is up, for the first time or again. */
  up(runner: string): void {
    this.#linksOf(runner)?.up(this.#host.epoch());
  }

  /** Its tunnel is down. */
  down(runner: string, reason: string): void {
    this.#runners.get(runner)?.down(this.#host.epoch(), reason);
  }

  /** At a runner alone: its tunnel is down, or an attempt to connect came to nothing. */
  failed(runner: string, reason: string): void {
    this.#linksOf(runner)?.failed(this.#host.epoch(), reason);
  }

  /** It was given up: what is known of it stays until another runner needs the room. */
  left(runner: string, reason: string): void {
    const links = this.#runners.get(runner);
    if (links === undefined) return;
    links.down(this.#host.epoch(), reason);
    links.hasLeft = true;
  }

  roundTrip(runner: string, ms: number): void {
    this.#runners.get(runner)?.roundTrips.push({ ts: this.#host.epoch(), ms });
  }

  #linksOf(runner: string): RunnerLinks | undefined {
    const known = this.#runners.get(runner);
    if (known !== undefined) return known;
    if (this.#runners.size >= this.#limits.historyRunners) {
      const [gone] = [...this.#runners].find(([, { hasLeft }]) => hasLeft) ?? [];
      if (gone === undefined) return undefined;
      this.#runners.delete(gone);
    }
    const links = new RunnerLinks(this.#limits);
    this.#runners.set(runner, links);
    return links;
  }
}

/** Of one runner. */
export class RunnerLinks {
  readonly roundTrips: BoundedLog<RoundTrip>;
  hasLeft = false;
  readonly #most: number;
  readonly #links: LinkRow[] = [];
  #lastId = 0;
  #ups = 0;

  constructor({ links, roundTrips }: InspectLimits) {
    this.#most = links;
    this.roundTrips = new BoundedLog(roundTrips);
  }

  /** How often its tunnel came up again. */
  get reconnects(): number {
    return Math.max(0, this.#ups - 1);
  }

  /** How many there ever were, failed attempts included. */
  get inAll(): number {
    return this.#lastId;
  }

  /** Newest first. */
  rows(): LinkRow[] {
    return this.#links.toReversed();
  }

  up(ts: number): void {
    this.hasLeft = false;
    this.down(ts, REPLACED);
    this.#ups++;
    this.#push({ upTs: ts, endTs: null, reason: null });
  }

  /** Whether one was up. */
  down(ts: number, reason: string): boolean {
    const last = this.#links.at(-1);
    if (last === undefined || last.endTs !== null) return false;
    this.#links[this.#links.length - 1] = { ...last, endTs: ts, reason };
    return true;
  }

  /** The one that is up ends, or an attempt has come to nothing. */
  failed(ts: number, reason: string): void {
    if (!this.down(ts, reason)) this.#push({ upTs: null, endTs: ts, reason });
  }

  #push(link: Omit<LinkRow, "id">): void {
    this.#links.push({ id: ++this.#lastId, ...link });
    if (this.#links.length > this.#most) this.#links.shift();
  }
}
