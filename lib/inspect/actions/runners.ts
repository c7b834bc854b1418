import * as v from "valibot";
import type { Close } from "../../protocol/mod.ts";
import { type Action, action, close, dryRun, ids, type Job } from "./action.ts";
import { hibernation } from "./actors.ts";
import type { Control } from "./control.ts";
import type { Verb } from "./shapes.ts";
import { closing } from "./sockets.ts";

type Of<Body> = (control: Control, runners: readonly string[], body: Body) => Job;

/** What is done to the actors of runners: at the address of one, and to a selection. */
export const RUNNER_ACTIONS: readonly Action[] = [
  ...both(
    "drain",
    "Puts no more actors on runners, and lets those that are there sleep or go on elsewhere",
    {},
    (control, runners) => ({
      ...takes(control, runners, false),
      tasks: actorsOf(control, runners).map((actor) => hibernation(control, actor, "drain")),
    }),
  ),
  ...both(
    "resume",
    "Puts actors again on runners that were drained by hand",
    {},
    (control, runners) => ({ ...takes(control, runners, true), tasks: [] }),
  ),
  ...both("hibernate", "Puts every actor of runners to sleep", {}, (control, runners) => ({
    tasks: actorsOf(control, runners).map((actor) => hibernation(control, actor)),
    notes: [],
  })),
  ...both(
    "close",
    "Closes the sockets of every actor of runners",
    close,
    (control, runners, { code, reason }: Close) =>
      closing(control, runners.flatMap((runner) => control.socketsOf(runner)), { code, reason }),
  ),
];

function both<Body>(verb: Verb, about: string, more: v.ObjectEntries, job: Of<Body>): Action[] {
  const known = { verb, about, isOne: false };
  return [
    action({
      ...known,
      path: `/api/runners/${verb}`,
      body: v.strictObject({ ...dryRun, ...more, runnerIds: ids("runner") }),
      job: (control, _parts, body) => job(control, body.runnerIds, body as Body),
    }),
    action({
      ...known,
      path: `/api/runners/{runnerId}/${verb}`,
      body: v.strictObject({ ...dryRun, ...more }),
      job: (control, { runnerId }, body) => job(control, [runnerId!], body as Body),
    }),
  ];
}

function actorsOf(control: Control, runners: readonly string[]) {
  return runners.flatMap((runner) => control.actorsOf(runner));
}

function takes(control: Control, runners: readonly string[], takes: boolean) {
  return {
    notes: control.planTakesActors(runners, takes),
    begin: () => runners.forEach((runner) => control.takesActors(runner, takes)),
    on: runners,
  };
}
