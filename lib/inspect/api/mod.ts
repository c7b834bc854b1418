import * as actor from "./actor.ts";
import { audit } from "../actions/audit.ts";
import { actors } from "./actors.ts";
import { faults } from "./faults.ts";
import { frames, oneFrame } from "./frames.ts";
import { history, historyRunners } from "./history.ts";
import { hibernation, sleepers } from "./hibernation.ts";
import { events, requests } from "./logs.ts";
import { overview } from "./overview.ts";
import type { Resource } from "./resource.ts";
import * as runner from "./runners.ts";
import { promiseCase, promises } from "./promises.ts";
import { content, inFlight, request } from "./request.ts";
import * as socket from "./socket.ts";
import { sockets } from "./sockets.ts";

/** Everything that can be looked at, each under an address of its own. */
export const RESOURCES: readonly Resource[] = [
  overview,
  actors,
  actor.actor,
  actor.awake,
  actor.state,
  actor.kv,
  actor.kvEntry,
  actor.lives,
  actor.requests,
  sockets,
  socket.socket,
  socket.messages,
  socket.message,
  runner.runners,
  runner.runner,
  runner.links,
  runner.roundTrips,
  frames,
  oneFrame,
  requests,
  // Before the one that would take it for an id.
  inFlight,
  request,
  content,
  events,
  history,
  historyRunners,
  hibernation,
  sleepers,
  promises,
  promiseCase,
  faults,
  audit,
];

export { MOST_ROWS } from "./query.ts";
export type { Look, Parts, Resource, Sight } from "./resource.ts";
export { answerOf, type Topic } from "./telling.ts";
export type { FeedMessage } from "./watchers.ts";
export { findResource, lookAt } from "./find.ts";
