import * as v from "valibot";
import type { HibernatePlan } from "../../gateway/view.ts";
import { actorId } from "../../protocol/mod.ts";
import { action, dryRun, ids, type Task } from "./action.ts";
import type { Control } from "./control.ts";
import type { ActRow } from "./shapes.ts";

const aboutHibernate = "Puts actors to sleep; clients whose sockets can hibernate notice nothing";
const aboutWake = "Wants actors awake, though nothing waits for them";

export const hibernateOne = action({
  path: "/api/actors/{actorId}/hibernate",
  verb: "hibernate",
  about: aboutHibernate,
  body: v.strictObject(dryRun),
  isOne: true,
  job: (control, { actorId }) => ({ tasks: [hibernation(control, actorId!)], notes: [] }),
});

export const hibernateMany = action({
  path: "/api/actors/hibernate",
  verb: "hibernate",
  about: aboutHibernate,
  body: v.strictObject({ ...dryRun, actorIds: ids("actor") }),
  isOne: false,
  job: (control, _parts, { actorIds }) => ({
    tasks: actorIds.map((id) => hibernation(control, id)),
    notes: [],
  }),
});

export const wakeOne = action({
  path: "/api/actors/{actorId}/wake",
  verb: "wake",
  about: aboutWake,
  body: v.strictObject(dryRun),
  isOne: true,
  job: (control, { actorId }) => ({ tasks: [waking(control, actorId!)], notes: [] }),
});

export const wakeMany = action({
  path: "/api/actors/wake",
  verb: "wake",
  about: aboutWake,
  body: v.strictObject({ ...dryRun, actorIds: ids("actor") }),
  isOne: false,
  job: (control, _parts, { actorIds }) => ({
    tasks: actorIds.map((id) => waking(control, id)),
    notes: [],
  }),
});

/** `drain`: for its runner's sake, so that an actor that is to stay up goes on elsewhere. */
export function hibernation(
  control: Control,
  id: string,
  cause: "person" | "drain" = "person",
): Task {
  const of = actorId(id);
  return {
    id,
    plan: async () => {
      const plan = await control.planHibernate(of);
      const isAsleep = plan.phase === "asleep";
      const detail = isAsleep ? "It is asleep already: nothing would change" : "It would sleep";
      return row(plan, { result: "planned", detail });
    },
    act: async () => {
      const outcome = await control.hibernate(of, cause);
      const { result, tookMs, detail } = outcome;
      return row(outcome, { result, tookMs, detail });
    },
  };
}

function waking(control: Control, id: string): Task {
  const of = actorId(id);
  const isAsleep = ({ phase }: HibernatePlan) => phase === "asleep";
  // All sockets that it has go on with it: none closes.
  const nothing = { socketsClosed: 0 };
  return {
    id,
    plan: async () => {
      const plan = await control.planWake(of);
      const detail = isAsleep(plan)
        ? "It would start on a runner and load its state"
        : `It is ${plan.phase} already: nothing would change`;
      return row({ ...plan, ...nothing }, { result: "planned", detail });
    },
    act: async () => {
      const plan = await control.planWake(of);
      if (!isAsleep(plan)) {
        const detail = `It is ${plan.phase} already`;
        return row({ ...plan, ...nothing }, { result: "already_awake", detail });
      }
      await control.wake(of);
      const detail = "It starts: the event log says when it runs";
      return row({ ...plan, ...nothing }, { result: "waking", detail });
    },
  };
}

function row(
  { actorId, phase, socketsKept, socketsClosed, messagesReplayed, requestsInFlight }: HibernatePlan,
  { result, tookMs = null, detail }: Pick<ActRow, "result" | "detail"> & {
    readonly tookMs?: number | null;
  },
): ActRow {
  return {
    actorId,
    requestId: null,
    phase,
    socketsKept,
    socketsClosed,
    messagesReplayed,
    requestsInFlight,
    result,
    tookMs,
    detail,
    code: null,
  };
}
