/** How much the inspector keeps and shows. */
export interface InspectLimits {
  /** Entries of the event log kept in memory. */
  readonly events: number;
  /** Finished requests kept in memory. */
  readonly requests: number;
  /** Lives kept of one actor, each with its wake's cause and times: some 300 bytes. */
  readonly lives: number;
  /** Actors whose lives are kept: those that woke last. */
  readonly livingActors: number;
  /** Of an actor's state, and of one value of its key-value store, so much is shown. */
  readonly shownBytes: number;
  /** Rows of each table and log in one snapshot; the rest is counted. */
  readonly rows: number;
  /** How far back the charts go. */
  readonly historySeconds: number;
  /** The newest part of that is kept by the second. */
  readonly historyFineSeconds: number;
  /** And the rest in steps of so many. */
  readonly historyStepSeconds: number;
  /** Runners that have a history of their own; those beyond are part of the whole only. */
  readonly historyRunners: number;
  /** Memory of the history: at it, it goes less far back. */
  readonly historyBytes: number;
  /** Connections kept of each of them, with why they ended. */
  readonly links: number;
  /** Round trips kept of each of them: one a ping. */
  readonly roundTrips: number;
  /** What the p50 and p99 of the tiles cover. */
  readonly windowSeconds: number;
  /** Shortest time between two updates to whoever watches. */
  readonly updateMs: number;
  /** Silence after which a watcher is sent a sign of life. */
  readonly heartbeatMs: number;
  /** Watchers at one time. */
  readonly watchers: number;
  /** Messages that one may leave unread. Then it misses some, and gets a snapshot when it reads. */
  readonly unreadMessages: number;
  /** One limit that is reached again and again makes one event in this time. */
  readonly repeatMs: number;
  /** Of one captured message's payload: the rest of it is only counted. */
  readonly captureMessageBytes: number;
  /** Captured messages of one socket, both ways. */
  readonly captureMessages: number;
  /** Memory of all that is captured, with all that belongs to it. */
  readonly captureBytes: number;
  /** Messages that are captured in a second, of all sockets: the rest is only counted. */
  readonly capturedPerSecond: number;
  /** Frames of the tunnels that are kept while somebody watches them. */
  readonly tracedFrames: number;
  /** Memory that they take. */
  readonly traceBytes: number;
  /** Frames that are noted in a second: the rest is only counted. */
  readonly tracedPerSecond: number;
  /** HTTP requests that are captured with their heads and bodies: the latest. */
  readonly captureRequests: number;
  /** Things done by hand that are kept in memory. */
  readonly audit: number;
  /** Actors or sockets that one action may be about. */
  readonly actionTargets: number;
  /** Of these, how many are acted on at a time. */
  readonly actionsAtOnce: number;
  /** The body of a request for an action. */
  readonly actionBodyBytes: number;
}

export const INSPECT_LIMITS: InspectLimits = {
  events: 1_000,
  requests: 500,
  lives: 50,
  livingActors: 1_000,
  shownBytes: 256 * 1024,
  rows: 100,
  historySeconds: 900,
  historyFineSeconds: 300,
  historyStepSeconds: 5,
  historyRunners: 16,
  historyBytes: 32 * 1024 * 1024,
  links: 100,
  roundTrips: 300,
  windowSeconds: 60,
  updateMs: 250,
  heartbeatMs: 10_000,
  watchers: 32,
  unreadMessages: 4,
  repeatMs: 10_000,
  captureMessageBytes: 4_096,
  captureMessages: 1_000,
  captureBytes: 32 * 1024 * 1024,
  capturedPerSecond: 2_000,
  tracedFrames: 1_000,
  traceBytes: 8 * 1024 * 1024,
  tracedPerSecond: 2_000,
  captureRequests: 500,
  audit: 1_000,
  actionTargets: 10_000,
  actionsAtOnce: 32,
  actionBodyBytes: 1_048_576,
};
