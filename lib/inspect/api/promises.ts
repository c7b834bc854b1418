import * as v from "valibot";
import { GatewayError } from "../../gateway/errors.ts";
import type { BrokenCase } from "../promises/promises.ts";
import type { PromiseKind } from "../promises/socket_check.ts";
import { nothing } from "./query.ts";
import { value } from "./resource.ts";
import { count, eventRow, ts } from "./shapes.ts";
import { messageDetail } from "./socket_shapes.ts";

const kind: v.GenericSchema<PromiseKind> = v.picklist(["lost", "doubled", "reordered"]);
const brokenCase = {
  id: count,
  ts,
  kind,
  detail: v.string(),
  actorId: v.string(),
  requestId: v.string(),
};

/** `null` where one end of the tunnel is elsewhere: nobody here sees whether they are kept. */
export interface PromisesKept {
  readonly sinceTs: number;
  readonly checked: number | null;
  readonly lost: number | null;
  readonly doubled: number | null;
  readonly reordered: number | null;
  readonly cases: readonly Omit<BrokenCase, "messages" | "events">[];
}

const promisesKept: v.GenericSchema<PromisesKept> = v.strictObject({
  sinceTs: ts,
  checked: v.nullable(count),
  lost: v.nullable(count),
  doubled: v.nullable(count),
  reordered: v.nullable(count),
  cases: v.array(v.strictObject(brokenCase)),
});

export const promises = value({
  path: "/api/promises",
  about:
    "Whether every message came once and in order, at both ends of the tunnel, since the start",
  query: nothing,
  answer: promisesKept,
  read: ({ inspected: { promises, startedTs } }): PromisesKept => {
    if (promises === null) {
      return {
        sinceTs: startedTs,
        checked: null,
        lost: null,
        doubled: null,
        reordered: null,
        cases: [],
      };
    }
    const { sinceTs, checked, broken, cases } = promises;
    return {
      sinceTs,
      checked,
      ...broken,
      cases: cases.map(({ messages: _, events: __, ...of }) => of),
    };
  },
});

const caseShape = v.strictObject({
  ...brokenCase,
  messages: v.array(messageDetail),
  events: v.array(eventRow),
}) as unknown as v.GenericSchema<unknown, BrokenCase>;

export const promiseCase = value({
  path: "/api/promises/{id}",
  about: "One broken promise, with its socket's captured messages and what went on",
  query: nothing,
  needs: "payload",
  answer: caseShape,
  read: ({ inspected: { promises }, parts: { id } }): BrokenCase => {
    const found = promises?.cases.find((one) => `${one.id}` === id);
    if (found !== undefined) return found;
    const message = `There is no case ${JSON.stringify(id)}: /api/promises names those there are`;
    throw new GatewayError(404, "dashboard", "no_case", message);
  },
});
