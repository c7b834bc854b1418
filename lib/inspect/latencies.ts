import type { Host } from "../host/host.ts";
import type { InspectLimits } from "./limits.ts";
import type { LatencySeries } from "./latency_series.ts";

let loaded: typeof import("./latency_series.ts") | undefined;

/**
 * Loads what latencies are kept in. Its package takes a share of the start, and whoever only records
 * can do without: a program does this when its clients are served.
 */
export async function loadLatencySeries(): Promise<void> {
  loaded = await import("./latency_series.ts");
}

/** Latencies, in milliseconds, also those that come before {@link loadLatencySeries} is done. */
export class Latencies {
  readonly #host: Host;
  readonly #limits: InspectLimits;
  #series: LatencySeries | undefined;
  #early: number[] = [];

  constructor(host: Host, limits: InspectLimits) {
    this.#host = host;
    this.#limits = limits;
  }

  record(ms: number): void {
    if (loaded === undefined) this.#early.push(ms);
    else this.series.record(ms);
  }

  /** The early ones count as of when it is first there. */
  get series(): LatencySeries {
    return this.#series ??= this.#open();
  }

  #open(): LatencySeries {
    if (loaded === undefined) throw new Error("loadLatencySeries() comes before any look at them");
    const { seriesSeconds, windowSeconds } = this.#limits;
    const series = new loaded.LatencySeries(this.#host, seriesSeconds, windowSeconds);
    for (const ms of this.#early) series.record(ms);
    this.#early = [];
    return series;
  }
}
