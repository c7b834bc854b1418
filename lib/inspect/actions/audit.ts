import * as v from "valibot";
import { log } from "../api/resource.ts";
import { limit } from "../api/query.ts";
import { type Verb, VERBS } from "./shapes.ts";

/** Who acts: never their token, nor what their cookie holds. */
export interface Actor {
  readonly role: string;
  /** Tells two sessions apart, and nothing else. */
  readonly session: string;
}

/** One thing that somebody did by hand, or tried to. */
export interface AuditEntry extends Actor {
  /** When it was asked for. */
  readonly ts: number;
  readonly action: Verb;
  /** The address that it was asked for at. */
  readonly path: string;
  /** Ids of the actors or sockets that it was about: the first of them. */
  readonly on: readonly string[];
  /** How many there were in all. */
  readonly targets: number;
  readonly outcome: "done" | "partly" | "failed";
  /** Of the targets. */
  readonly failed: number;
  /** What else was said: a close's code and reason, or the error's code. */
  readonly detail: string;
  readonly tookMs: number;
}

export type AuditRow = AuditEntry & { readonly id: number };

/** Ids that one entry names. */
export const NAMED_TARGETS = 10;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const auditRow: v.GenericSchema<unknown, AuditRow> = v.strictObject({
  id: count,
  ts: v.number(),
  role: v.string(),
  session: v.string(),
  action: v.picklist(VERBS),
  path: v.string(),
  on: v.array(v.string()),
  targets: count,
  outcome: v.picklist(["done", "partly", "failed"]),
  failed: count,
  detail: v.string(),
  tookMs: v.number(),
});

export const audit = log({
  path: "/api/audit",
  about: "What was done by hand: by whom, when, to what, and what came of it; newest first",
  query: v.strictObject(limit),
  row: auditRow,
  read: ({ inspected: { audit } }, after, most) => ({
    lastId: audit.lastId,
    forgotten: audit.forgotten,
    rows: audit.newest(most, after),
  }),
});
