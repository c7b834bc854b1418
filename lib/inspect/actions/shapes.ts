/** What an action answers: the same shape before it is done, as a dry run, and after. */
import * as v from "valibot";
import { FAULT_KINDS } from "../../faults/fault.ts";
import type { ActorId } from "../../protocol/mod.ts";

export const VERBS = [
  "hibernate",
  "wake",
  "close",
  "drain",
  "resume",
  "replay",
  ...FAULT_KINDS,
  "mend",
] as const;
/** What can be done by hand. Nothing of it destroys an actor or what it keeps. */
export type Verb = (typeof VERBS)[number];

export const RESULTS = [
  /** A dry run: nothing was done. */
  "planned",
  "asleep",
  "already_asleep",
  /** It slept, and something was waiting for it. */
  "woken_again",
  /** It is wanted awake; the event log says when it runs. */
  "waking",
  "already_awake",
  "closed",
  "already_closed",
  /** The actor is told. */
  "said",
  "failed",
] as const;
export type ActResult = (typeof RESULTS)[number];

/** What an action takes along, of one actor or socket or of all together. */
export interface ActCounts {
  readonly socketsKept: number;
  readonly socketsClosed: number;
  /** Messages without an ack: they go to the actor again after its next wake. */
  readonly messagesReplayed: number;
  readonly requestsInFlight: number;
}

/** What would happen, or has happened, to one actor or socket. */
export interface ActRow extends ActCounts {
  /** `null` for a socket that is not known. */
  readonly actorId: ActorId | null;
  /** Of the socket that it is about; `null` where it is about an actor. */
  readonly requestId: string | null;
  /** Of the actor or the socket, before. `null` when it is not known. */
  readonly phase: string | null;
  readonly result: ActResult;
  /** `null` in a dry run, and where nothing took time. */
  readonly tookMs: number | null;
  /** A sentence for people. */
  readonly detail: string;
  /** `group.code` of the error that kept it from being done. */
  readonly code: string | null;
}

export interface ActAnswer {
  readonly action: Verb;
  readonly dryRun: boolean;
  readonly rows: readonly ActRow[];
  readonly sum: ActCounts & {
    readonly targets: number;
    /** Of the targets. */
    readonly failed: number;
  };
  /** What concerns all of it, in sentences. */
  readonly notes: readonly string[];
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const counts = {
  socketsKept: count,
  socketsClosed: count,
  messagesReplayed: count,
  requestsInFlight: count,
};

const actRow = v.strictObject({
  actorId: v.nullable(v.string()) as unknown as v.GenericSchema<unknown, ActorId | null>,
  requestId: v.nullable(v.string()),
  phase: v.nullable(v.string()),
  ...counts,
  result: v.picklist(RESULTS),
  tookMs: v.nullable(v.number()),
  detail: v.string(),
  code: v.nullable(v.string()),
});

export const actAnswer: v.GenericSchema<unknown, ActAnswer> = v.strictObject({
  action: v.picklist(VERBS),
  dryRun: v.boolean(),
  rows: v.array(actRow),
  sum: v.strictObject({ ...counts, targets: count, failed: count }),
  notes: v.array(v.string()),
});
