import * as v from "valibot";
import { type Fault, FAULT_KINDS } from "../../faults/mod.ts";
import { nothing } from "./query.ts";
import { value } from "./resource.ts";
import { count, ts } from "./shapes.ts";

/** What goes wrong on purpose. */
export interface FaultsNow {
  /** Whether anything can. */
  readonly isOn: boolean;
  readonly faults: readonly Fault[];
  /** The longest that one may be asked for, in ms; `null` where none may. */
  readonly longestMs: number | null;
}

const fault: v.GenericSchema<Fault> = v.strictObject({
  id: count,
  kind: v.picklist(FAULT_KINDS),
  says: v.string(),
  on: v.nullable(v.string()),
  index: v.nullable(count),
  sinceTs: ts,
  untilTs: ts,
  kept: count,
  keptBytes: count,
});

const shape: v.GenericSchema<FaultsNow> = v.strictObject({
  isOn: v.boolean(),
  faults: v.array(fault),
  longestMs: v.nullable(count),
});

export const faults = value({
  path: "/api/faults",
  about: "What goes wrong on purpose, in development: faults, and what they hold back",
  query: nothing,
  answer: shape,
  read: ({ inspected: { faults } }): FaultsNow => ({
    isOn: faults !== null,
    faults: faults?.list() ?? [],
    longestMs: faults?.limits.faultMs ?? null,
  }),
});
