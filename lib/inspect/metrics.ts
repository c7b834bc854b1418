import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { LatencyCounts } from "./history/latency_counts.ts";
import type { Recorder } from "./recorder.ts";
import type { LiveState, Role } from "./snapshot.ts";
import type { Tally } from "./tally.ts";

/** Upper bounds in seconds: a wake in process takes 0.03 ms, an ack time-out is at 30 s. */
const BOUNDS = [
  0.000_1,
  0.000_25,
  0.000_5,
  0.001,
  0.002_5,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
  10,
  30,
];

const PHASES = ["pending", "starting", "running", "stopping", "asleep"] as const;
/** A runner alone knows no other. */
const PHASES_AT_RUNNER = ["starting", "running", "stopping"] as const;

/**
 * Prometheus text, made when asked for: gauges from the state of the moment, counters and histograms
 * from what was recorded. No label has an id in it, so that the number of series is bounded. What
 * this process cannot know, because it happens at the other end of the tunnel, is left out: a 0 would
 * be a lie.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #state: () => LiveState;
  #now: LiveState | null = null;

  constructor(role: Role, recorder: Recorder, state: () => LiveState) {
    this.#state = state;
    this.#common(role, recorder);
    if (role !== "runner") this.#ofGateway(recorder);
    if (role !== "gateway") this.#ofRunner(recorder);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    this.#now = this.#state();
    try {
      return await this.#registry.metrics();
    } finally {
      this.#now = null;
    }
  }

  /** What either end tells of itself. */
  #common(role: Role, { counts }: Recorder): void {
    const now = (): LiveState => this.#now ?? this.#state();
    const phases = role === "runner" ? PHASES_AT_RUNNER : PHASES;
    new Gauge({
      name: "dormouse_actors",
      help: "Actors known, by phase",
      labelNames: ["phase"],
      registers: [this.#registry],
      collect() {
        const { actors } = now().totals;
        for (const phase of phases) this.set({ phase }, actors[phase] ?? 0);
      },
    });
    this.#gauge(
      "dormouse_sockets_open",
      "Client WebSockets open; at a gateway, hibernating ones included",
      (s) => s.totals.socketsOpen,
    );
    this.#gauge(
      "dormouse_requests_in_flight",
      "HTTP requests in flight",
      (s) => s.totals.requestsInFlight,
    );
    this.#counter(
      "dormouse_wakes_total",
      "Actors started, by cause",
      counts.actorsStarted,
      "cause",
    );
    this.#counter(
      "dormouse_promises_broken_total",
      "Messages that were lost, doubled or reordered, as far as both ends are here",
      counts.promisesBroken,
      "promise",
    );
    this.#counter(
      "dormouse_sleeps_total",
      "Actors put to sleep, by cause",
      counts.actorsAsleep,
      "cause",
    );
    this.#counter("dormouse_crashes_total", "Actors crashed", counts.actorsCrashed);
    this.#counter("dormouse_requests_total", "HTTP requests ended", counts.requests, "status");
    this.#counter(
      "dormouse_limits_reached_total",
      "Times that a limit was reached",
      counts.limitsReached,
      "limit",
    );
    this.#counter("dormouse_frames_dropped_total", "Frames for nobody", counts.framesDropped);
    this.#counter(
      "dormouse_duplicates_dropped_total",
      "Messages dropped as duplicates and acked again",
      counts.duplicatesDropped,
    );
    this.#counter("dormouse_index_skips_total", "Sockets closed for a gap", counts.indexSkips);
  }

  #ofGateway({ counts, history }: Recorder): void {
    this.#gauge("dormouse_runners_connected", "Runners connected", (s) => s.tunnel.runners);
    this.#gauge(
      "dormouse_sockets_hibernating",
      "Client WebSockets whose actor is asleep",
      (s) => s.totals.socketsHibernating,
    );
    this.#gauge(
      "dormouse_pending_messages",
      "Messages sent and not acked",
      (s) => s.totals.pendingMessages,
    );
    this.#gauge(
      "dormouse_pending_bytes",
      "Bytes of messages sent and not acked",
      (s) => s.totals.pendingBytes,
    );
    this.#gauge(
      "dormouse_tunnel_round_trip_seconds",
      "Round trip of the slowest runner",
      (s) => s.tunnel.roundTripMs === null ? null : s.tunnel.roundTripMs / 1000,
    );
    this.#counter("dormouse_actors_destroyed_total", "Actors destroyed", counts.actorsDestroyed);
    this.#counter("dormouse_sockets_opened_total", "WebSockets opened", counts.socketsOpened);
    this.#counter("dormouse_sockets_closed_total", "WebSockets closed", counts.socketsClosed);
    this.#counter("dormouse_messages_resent_total", "Messages sent again", counts.messagesResent);
    this.#counter(
      "dormouse_acks_received_total",
      "Acks of messages, each of one or more",
      counts.acksReceived,
    );
    this.#counter(
      "dormouse_acks_refused_total",
      "Acks outside the window",
      counts.acksRefused,
      "why",
    );
    this.#counter(
      "dormouse_slow_consumers_total",
      "Times that a socket's client or actor became slow",
      counts.slowConsumers,
      "who",
    );
    this.#counter("dormouse_store_failures_total", "Records not kept", counts.storeFailures);
    this.#counter("dormouse_runners_lost_total", "Runners given up", counts.runnersLost);
    this.#latency("dormouse_ack_latency_seconds", "Message sent to acked", history);
  }

  #ofRunner({ counts, commits }: Recorder): void {
    this.#gauge(
      "dormouse_tunnel_up",
      "1 while the runner's tunnel carries messages, else 0",
      ({ tunnel: { end } }) => end === null ? null : end.connectedTs === null ? 0 : 1,
    );
    this.#gauge(
      "dormouse_tunnel_retries",
      "Attempts to connect after the first",
      (s) => s.tunnel.end?.retries ?? null,
    );
    this.#gauge(
      "dormouse_events_unacked",
      "Events of actors that the gateway has not acked",
      (s) => s.tunnel.end?.eventsUnacked ?? null,
    );
    this.#gauge(
      "dormouse_outgoing_kept",
      "Messages of actors kept until they are sent, or taken by a gateway that says so",
      (s) => s.tunnel.end?.outgoingKept ?? null,
    );
    this.#gauge(
      "dormouse_unhandled_messages",
      "Messages that wait for their handler",
      (s) => s.totals.unhandledMessages,
    );
    this.#gauge(
      "dormouse_held_messages",
      "Messages of actors that wait for a commit",
      (s) => s.totals.heldMessages,
    );
    this.#counter(
      "dormouse_messages_committed_total",
      "Messages covered by a commit",
      counts.messagesCommitted,
    );
    this.#counter(
      "dormouse_committed_bytes_total",
      "Bytes written by commits",
      counts.bytesCommitted,
    );
    this.#counter("dormouse_commit_failures_total", "Commits that failed", counts.commitFailures);
    this.#counter(
      "dormouse_handler_failures_total",
      "Handlers that threw",
      counts.handlerFailures,
      "handler",
    );
    this.#counter(
      "dormouse_outgoing_lost_total",
      "Messages of actors lost with a tunnel or a crash",
      counts.outgoingLost,
    );
    this.#latency("dormouse_commit_duration_seconds", "Commit begun to durable", commits);
  }

  /** A gauge that is left out where the value is not known. */
  #gauge(name: string, help: string, read: (state: LiveState) => number | null): void {
    const now = (): LiveState => this.#now ?? this.#state();
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        const value = read(now());
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  }

  #counter(name: string, help: string, tally: Tally, label?: string): void {
    new Counter({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [value, count] of tally.entries()) {
          if (label === undefined) this.inc(count);
          else this.inc({ [label]: value }, count);
        }
      },
    });
  }

  #latency(name: string, help: string, counted: Counted): void {
    this.#registry.registerMetric(new CountedHistogram(name, help, counted));
  }
}

type Counted = Pick<LatencyCounts, "totals">;

/** A Prometheus histogram whose counts are kept anyway. */
class CountedHistogram extends Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #counted: Counted;

  constructor(name: string, help: string, counted: Counted) {
    super({ name, help, buckets: BOUNDS, registers: [] });
    this.#name = name;
    this.#help = help;
    this.#counted = counted;
  }

  /** Which of the two a registry asks depends on the form that it was asked for. */
  getForPromString(): ReturnType<Histogram["get"]> {
    return this.get();
  }

  override get(): ReturnType<Histogram["get"]> {
    const name = this.#name;
    const { count, sumMs, atOrBelow } = this.#counted.totals(BOUNDS.map((bound) => bound * 1000));
    const buckets = BOUNDS.map((le, at) => ({
      labels: { le },
      value: atOrBelow[at]!,
      metricName: `${name}_bucket`,
    }));
    return Promise.resolve({
      name,
      help: this.#help,
      type: "histogram",
      aggregator: "sum",
      values: [
        ...buckets,
        { labels: { le: "+Inf" }, value: count, metricName: `${name}_bucket` },
        { labels: {}, value: sumMs / 1000, metricName: `${name}_sum` },
        { labels: {}, value: count, metricName: `${name}_count` },
      ],
    } as unknown as Awaited<ReturnType<Histogram["get"]>>);
  }
}
