import type { GatewayObserver } from "../gateway/observer.ts";
import type { Faults } from "../faults/mod.ts";
import type { Host } from "../host/host.ts";
import { randomHex } from "../host/random_hex.ts";
import type { RunnerObserver } from "../runner/observer.ts";
import type { Topic } from "./api/telling.ts";
import { type FeedMessage, Watchers } from "./api/watchers.ts";
import { Capture } from "./capture/capture.ts";
import type { AuditEntry } from "./actions/audit.ts";
import { AuditLog } from "./actions/audit_log.ts";
import { faultObserver } from "./fault_observer.ts";
import { gatewayObserver } from "./gateway_observer.ts";
import type { Inspected } from "./inspected.ts";
import type { HistoryRow } from "./history/step.ts";
import { INSPECT_LIMITS, type InspectLimits } from "./limits.ts";
import { liveState } from "./live_state.ts";
import type { Metrics } from "./metrics.ts";
import { Promises } from "./promises/promises.ts";
import { Recorder } from "./recorder.ts";
import { RequestCapture } from "./requests/request_capture.ts";
import { runnerObserver } from "./runner_observer.ts";
import { Secrets } from "./secrets.ts";
import { ShownStates } from "./shown_states.ts";
import type { LatencyPoint, LiveState, Role, Snapshot } from "./snapshot.ts";
import type { InspectSource } from "./source.ts";
import { Trace } from "./trace/trace.ts";

export interface InspectorOptions {
  readonly host: Host;
  readonly role: Role;
  readonly limits?: Partial<InspectLimits>;
  /** Names of headers, parameters and JSON members whose values are never kept. */
  readonly redact?: readonly string[];
  /** Whether the payloads of messages are kept. Default: they are. */
  readonly payloads?: boolean;
  /** What goes wrong on purpose. Left out: nothing can. */
  readonly faults?: Faults | null;
  /** Told of each thing that somebody did by hand, and of the first error in it. */
  readonly audited?: (entry: AuditEntry, error: unknown) => void;
}

/**
 * Sees what gateway and runner do, and shows it: as resources to be looked at or watched (`api/`), as
 * a snapshot of everything, as metrics. Made before them, since they are given its observers; told
 * with {@link Inspector.observe} where to look.
 */
export interface Inspector {
  readonly gatewayObserver: GatewayObserver;
  readonly runnerObserver: RunnerObserver;
  /** Where to look from now on. Before, there is only what the observers heard. */
  observe(source: InspectSource): void;
  /** What resources are read from. */
  readonly inspected: Inspected;
  /** What is new in each topic, as it comes; `null` when closed or at the limit of watchers. */
  watch(topics: readonly Topic[]): ReadableStream<FeedMessage> | null;
  readonly watchers: number;
  /** Everything at once, for programs that look now and then. */
  snapshot(): Snapshot;
  /** Prometheus text and its content type. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** Ends every stream to a watcher and begins no more. */
  close(): void;
}

export function createInspector(options: InspectorOptions): Inspector {
  const {
    host,
    role,
    limits: given,
    redact = [],
    payloads = true,
    faults = null,
    audited = () => {},
  } = options;
  const limits: InspectLimits = { ...INSPECT_LIMITS, ...given };
  const secrets = new Secrets(redact);
  const recorder = new Recorder(host, limits, secrets, role === "runner");
  const promises = role === "all" ? new Promises(host, recorder) : null;
  const capture = new Capture({ host, limits, secrets, payloads, promises });
  const requests = new RequestCapture({ host, limits, secrets, payloads });
  if (faults !== null) faults.observer = faultObserver(recorder);
  const { history } = recorder;
  let source: InspectSource = {};
  const inspected: Inspected = {
    host,
    role,
    instance: randomHex(host, 4),
    startedTs: host.epoch(),
    limits,
    recorder,
    capture,
    trace: new Trace({
      host,
      limits,
      secrets,
      payloads,
      limitReached: (limit) => recorder.counts.limitsReached.add(limit),
    }),
    requests,
    faults,
    promises,
    states: new ShownStates(),
    audit: new AuditLog(limits.audit, audited),
    get source() {
      return source;
    },
  };
  const watchers = new Watchers(host, limits, inspected.instance);

  const state = (): LiveState => ({
    ...liveState(source, recorder, host.epoch(), limits.rows),
    latency: history.summary(),
  });
  // With the first scrape: its package takes a share of the start.
  let metrics: Promise<Metrics> | undefined;
  const loadMetrics = async (): Promise<Metrics> => {
    const { Metrics } = await import("./metrics.ts");
    return new Metrics(role, recorder, state);
  };

  return {
    gatewayObserver: {
      ...gatewayObserver(recorder),
      followSocket: (socket) => capture.follow(socket),
      followRequest: (request) => requests.follow(request),
      swept: () => source.gateway && history.sampled(source.gateway.traffic()),
    },
    runnerObserver: {
      ...runnerObserver(recorder, role === "runner"),
      followSocket: (socket) => capture.followAtRunner(socket),
    },
    observe: (where) => void (source = where),
    inspected,
    watch: (topics) => watchers.watch(topics),
    get watchers() {
      return watchers.size;
    },
    snapshot: () => ({
      ...state(),
      instance: inspected.instance,
      role,
      startedTs: inspected.startedTs,
      events: recorder.events.newest(limits.rows),
      requests: recorder.requests.newest(limits.rows),
      latencySeries: history.rows()!.flatMap(latencyPoint),
    }),
    metrics: async () => {
      const loaded = await (metrics ??= loadMetrics());
      return { contentType: loaded.contentType, text: await loaded.text() };
    },
    close: () => {
      watchers.close();
      capture.close();
      requests.close();
    },
  };
}

/** A step of the history in which something was timed. */
function latencyPoint({ second, latency: { count, p50, p99 } }: HistoryRow): LatencyPoint[] {
  return p50 === null || p99 === null ? [] : [{ second, count, p50, p99 }];
}
