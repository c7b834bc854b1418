import type { RequestSummary } from "../gateway/observer.ts";
import type { Host } from "../host/host.ts";
import { BoundedLog } from "./bounded_log.ts";
import type { InspectEvent } from "./event.ts";
import { History } from "./history/history.ts";
import { LatencyCounts } from "./history/latency_counts.ts";
import type { InspectLimits } from "./limits.ts";
import { Lives } from "./lives.ts";
import { Links } from "./runners/links.ts";
import { Secrets } from "./secrets.ts";
import { Tally } from "./tally.ts";

type WithoutTs<T> = T extends unknown ? Omit<T, "ts"> : never;

/** What was observed, kept within bounds. The observers write it, snapshots and metrics read it. */
export class Recorder {
  readonly events: BoundedLog<InspectEvent>;
  readonly requests: BoundedLog<RequestSummary>;
  readonly history: History;
  /** How long commits of this process took, since the start. */
  readonly commits = new LatencyCounts();
  readonly lives: Lives;
  readonly links: Links;
  readonly counts = {
    actorsStarted: new Tally(),
    actorsAsleep: new Tally(),
    actorsCrashed: new Tally(),
    actorsDestroyed: new Tally(),
    socketsOpened: new Tally(),
    socketsClosed: new Tally(),
    requests: new Tally(),
    messagesResent: new Tally(),
    acksReceived: new Tally(),
    acksRefused: new Tally(),
    limitsReached: new Tally(),
    framesDropped: new Tally(),
    slowConsumers: new Tally(),
    storeFailures: new Tally(),
    runnersLost: new Tally(),
    messagesCommitted: new Tally(),
    bytesCommitted: new Tally(),
    commitFailures: new Tally(),
    handlerFailures: new Tally(),
    duplicatesDropped: new Tally(),
    indexSkips: new Tally(),
    outgoingLost: new Tally(),
    promisesBroken: new Tally(),
  };
  readonly #host: Host;
  /** What of whatever is kept nobody must see. */
  readonly secrets: Secrets;
  readonly #repeatMs: number;
  readonly #limitSeen = new Map<string, number>();

  /** `isAlone`: at a runner whose gateway is elsewhere. */
  constructor(host: Host, limits: InspectLimits, secrets = new Secrets(), isAlone = false) {
    this.#host = host;
    this.secrets = secrets;
    this.#repeatMs = limits.repeatMs;
    this.events = new BoundedLog(limits.events);
    this.requests = new BoundedLog(limits.requests);
    const limitReached = (limit: string): void => this.counts.limitsReached.add(limit);
    this.history = new History({ host, limits, isAlone, limitReached });
    this.lives = new Lives(host, limits);
    this.links = new Links(host, limits);
  }

  event(event: WithoutTs<InspectEvent>): void {
    this.events.push({ ...event, ts: this.#host.epoch() } as InspectEvent);
  }

  request(summary: RequestSummary): void {
    this.counts.requests.add(`${Math.floor(summary.status / 100)}xx`);
    const path = this.secrets.path(summary.path);
    this.requests.push(path === summary.path ? summary : { ...summary, path });
  }

  /** Counts every time, but tells of a limit once in a while: it is reached in bursts. */
  limit(limit: string, value: number): void {
    this.counts.limitsReached.add(limit);
    const now = this.#host.now();
    const seen = this.#limitSeen.get(limit);
    if (seen !== undefined && now - seen < this.#repeatMs) return;
    this.#limitSeen.set(limit, now);
    this.event({ kind: "limit", limit, value });
  }
}

/** The text of whatever was thrown. */
export function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
