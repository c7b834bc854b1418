import * as v from "valibot";
import { action, close, dryRun } from "./action.ts";
import { hibernation } from "./actors.ts";
import { closing } from "./sockets.ts";

export const drainRunner = action({
  path: "/api/runners/{runnerId}/drain",
  verb: "drain",
  about: "Puts no more actors on a runner, and lets those that are there sleep or go on elsewhere",
  body: v.strictObject(dryRun),
  isOne: false,
  job: (control, { runnerId: id }) => ({
    tasks: control.actorsOf(id!).map((actor) => hibernation(control, actor, "drain")),
    notes: control.planTakesActors(id!, false),
    begin: () => control.takesActors(id!, false),
  }),
});

export const resumeRunner = action({
  path: "/api/runners/{runnerId}/resume",
  verb: "resume",
  about: "Puts actors again on a runner that was drained by hand",
  body: v.strictObject(dryRun),
  isOne: false,
  job: (control, { runnerId: id }) => ({
    tasks: [],
    notes: control.planTakesActors(id!, true),
    begin: () => control.takesActors(id!, true),
  }),
});

export const hibernateRunner = action({
  path: "/api/runners/{runnerId}/hibernate",
  verb: "hibernate",
  about: "Puts every actor of a runner to sleep",
  body: v.strictObject(dryRun),
  isOne: false,
  job: (control, { runnerId: id }) => ({
    tasks: control.actorsOf(id!).map((actor) => hibernation(control, actor)),
    notes: [],
  }),
});

export const closeRunner = action({
  path: "/api/runners/{runnerId}/close",
  verb: "close",
  about: "Closes the sockets of every actor of a runner",
  body: v.strictObject({ ...dryRun, ...close }),
  isOne: false,
  job: (control, { runnerId: id }, close) => closing(control, control.socketsOf(id!), close),
});
