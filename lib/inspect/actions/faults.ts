import * as v from "valibot";
import type { FaultOrder } from "../../faults/mod.ts";
import { type Action, action, dryRun, type Job } from "./action.ts";
import type { Control } from "./control.ts";

/** Near the wrap of 16 bits: a few messages lead over it. */
const NEAR_WRAP = 65_530;

const milliseconds = v.pipe(
  v.number(),
  v.integer("whole milliseconds are wanted"),
  v.minValue(1, "1 ms or more is wanted"),
);
const lasting = { forMs: v.optional(milliseconds, 10_000) };

/** What can be made to go wrong, in development. */
export const FAULT_ACTIONS: readonly Action[] = [
  action({
    path: "/api/runners/{runnerId}/cut",
    verb: "cut",
    about: "In development: breaks a runner's tunnel as a cut cable would, and each new one " +
      "of the next `forMs` milliseconds",
    body: v.strictObject({
      ...dryRun,
      forMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
    }),
    isOne: false,
    job: (control, { runnerId }, { forMs }) =>
      making(control, runnerId!, { kind: "cut", on: control.tunnelOf(runnerId!), forMs }),
  }),
  action({
    path: "/api/runners/{runnerId}/freeze",
    verb: "freeze",
    about: "In development: nothing passes a runner's tunnel, as if its process stood still",
    body: v.strictObject({ ...dryRun, ...lasting }),
    isOne: false,
    job: (control, { runnerId }, { forMs }) =>
      making(control, runnerId!, { kind: "freeze", on: control.tunnelOf(runnerId!), forMs }),
  }),
  action({
    path: "/api/runners/{runnerId}/hold-acks",
    verb: "hold_acks",
    about: "In development: a runner's acks of clients' messages wait, and all else passes them",
    body: v.strictObject({ ...dryRun, ...lasting }),
    isOne: false,
    job: (control, { runnerId }, { forMs }) =>
      making(control, runnerId!, { kind: "hold_acks", on: control.tunnelOf(runnerId!), forMs }),
  }),
  action({
    path: "/api/sockets/{requestId}/slow",
    verb: "slow",
    about: "In development: a client reads nothing",
    body: v.strictObject({ ...dryRun, ...lasting }),
    isOne: false,
    job: (control, { requestId }, { forMs }) =>
      making(control, requestId!, { kind: "slow", ...control.clientOf(requestId!), forMs }),
  }),
  action({
    path: "/api/faults/first-index",
    verb: "first_index",
    about: "In development: the messages of sockets that open meanwhile count from there, " +
      "the first one after it",
    body: v.strictObject({
      ...dryRun,
      ...lasting,
      index: v.optional(
        v.pipe(
          v.number(),
          v.integer(),
          v.minValue(0),
          v.maxValue(65_535, "an index from 0 to 65535 is wanted"),
        ),
        NEAR_WRAP,
      ),
    }),
    isOne: false,
    job: (control, _parts, { index, forMs }) =>
      making(control, "new sockets", { kind: "first_index", index, forMs }),
  }),
  action({
    path: "/api/faults/mend",
    verb: "mend",
    about: "Ends faults, or all of them: what was held back goes on, in its order",
    body: v.strictObject({ ...dryRun, ids: v.optional(v.array(v.pipe(v.number(), v.integer()))) }),
    isOne: false,
    job: (control, _parts, { ids }) => mending(control, ids),
  }),
];

function making(control: Control, on: string, order: FaultOrder): Job {
  const faults = control.faults();
  faults.check(order);
  const { forMs } = order;
  return {
    tasks: [],
    notes: [EFFECTS[order.kind], forMs === 0 ? "It is over at once" : `It lasts ${forMs} ms`],
    begin: () => void faults.begin(order),
    on: [on],
    detail: `${forMs} ms`,
  };
}

const EFFECTS: Readonly<Record<FaultOrder["kind"], string>> = {
  cut: "What is under way in the tunnel is lost, and sent again when it is back. " +
    "Sockets that cannot hibernate close",
  freeze: "What goes through the tunnel waits, either way. A runner that does not answer pings " +
    "is given up in time, and its actors go on elsewhere",
  hold_acks: "What clients say stays unacked. A socket whose oldest message is unacked for " +
    "`ackTimeoutMs` closes",
  slow: "What the actor says waits for the client. At `clientBufferBytes` the socket closes",
  first_index:
    "The index of messages goes round after 65535: sockets that open now come there soon",
};

function mending(control: Control, ids: readonly number[] | undefined): Job {
  const faults = control.faults();
  const meant = faults.list().filter(({ id }) => ids?.includes(id) ?? true);
  return {
    tasks: [],
    notes: meant.length === 0
      ? ["No such fault is left"]
      : meant.map(({ says }) => `No longer: ${says}`),
    begin: () => void faults.mend(meant.map(({ id }) => id)),
    on: meant.map(({ id, on }) => on ?? `fault ${id}`),
  };
}
