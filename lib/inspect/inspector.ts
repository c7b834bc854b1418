import type { GatewayObserver } from "../gateway/observer.ts";
import type { Host } from "../host/host.ts";
import { randomHex } from "../host/random_hex.ts";
import type { RunnerObserver } from "../runner/observer.ts";
import { Feed, type FeedMessage } from "./feed.ts";
import { gatewayObserver } from "./gateway_observer.ts";
import { INSPECT_LIMITS, type InspectLimits } from "./limits.ts";
import { liveState } from "./live_state.ts";
import type { Metrics } from "./metrics.ts";
import { Recorder } from "./recorder.ts";
import { runnerObserver } from "./runner_observer.ts";
import type { LiveState, Role, Snapshot, Update } from "./snapshot.ts";
import type { InspectSource } from "./source.ts";

export interface InspectorOptions {
  readonly host: Host;
  readonly role: Role;
  readonly limits?: Partial<InspectLimits>;
}

/**
 * Sees what gateway and runner do, and shows it: as a snapshot, as a live feed, as metrics. Made
 * before them, since they are given its observers; told with {@link Inspector.observe} where to look.
 * Before anybody looks, `loadLatencySeries()`.
 */
export interface Inspector {
  readonly gatewayObserver: GatewayObserver;
  readonly runnerObserver: RunnerObserver;
  /** Where to look from now on. Before, snapshots show only what the observers heard. */
  observe(source: InspectSource): void;
  /** Everything the dashboard shows, made now. */
  snapshot(): Snapshot;
  /** A snapshot, then updates; `null` when closed or at the limit of watchers. */
  watch(): ReadableStream<FeedMessage> | null;
  readonly watchers: number;
  /** Prometheus text and its content type. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** Ends every feed and makes no more. */
  close(): void;
}

export function createInspector({ host, role, limits: given }: InspectorOptions): Inspector {
  const limits: InspectLimits = { ...INSPECT_LIMITS, ...given };
  const recorder = new Recorder(host, limits);
  const instance = randomHex(host, 4);
  const startedTs = host.epoch();
  let source: InspectSource = {};

  const latency = role === "runner" ? recorder.commits : recorder.acks;
  const state = (): LiveState => ({
    ...liveState(source, recorder, host.epoch(), limits.rows),
    latency: latency.series.summary(),
  });
  const snapshot = (): Snapshot => ({
    ...state(),
    instance,
    role,
    startedTs,
    events: recorder.events.newest(limits.rows),
    requests: recorder.requests.newest(limits.rows),
    latencySeries: latency.series.points(),
  });

  let toldEvent = 0;
  let toldRequest = 0;
  let toldSecond = 0;
  const update = (): Update => {
    const now = state();
    const news = {
      ts: now.ts,
      state: now,
      events: recorder.events.newest(limits.rows, toldEvent),
      requests: recorder.requests.newest(limits.rows, toldRequest),
      latencySeries: latency.series.points(toldSecond),
    };
    toldEvent = recorder.events.lastId;
    toldRequest = recorder.requests.lastId;
    toldSecond = news.latencySeries.at(-1)?.second ?? toldSecond;
    return news;
  };

  const feed = new Feed(host, limits, instance, { snapshot, update });
  // With the first scrape: its package takes a share of the start.
  let metrics: Promise<Metrics> | undefined;
  const loadMetrics = async (): Promise<Metrics> => {
    const { Metrics } = await import("./metrics.ts");
    return new Metrics(role, recorder, state);
  };

  return {
    gatewayObserver: gatewayObserver(recorder),
    runnerObserver: runnerObserver(recorder, role === "runner"),
    observe: (where) => void (source = where),
    snapshot,
    watch: () => feed.watch(),
    get watchers() {
      return feed.watchers;
    },
    metrics: async () => {
      const loaded = await (metrics ??= loadMetrics());
      return { contentType: loaded.contentType, text: await loaded.text() };
    },
    close: () => feed.close(),
  };
}
