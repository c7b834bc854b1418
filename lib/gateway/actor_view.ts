import type { ActorEntry } from "./actor_entry.ts";
import type { ActorDetail, ActorView, HibernatePlan, SleeperView } from "./view.ts";

/** What hibernating the actor would do now. */
export function planOf({ record, phase, sockets, requests }: ActorEntry): HibernatePlan {
  let socketsKept = 0;
  let socketsClosed = 0;
  let messagesReplayed = 0;
  for (const { hibernatable, isClientGone, pendingMessages } of sockets) {
    if (!isClientGone && hibernatable) socketsKept++;
    else if (!isClientGone) socketsClosed++;
    messagesReplayed += pendingMessages;
  }
  return {
    actorId: record.actorId,
    phase,
    socketsKept,
    socketsClosed,
    messagesReplayed,
    requestsInFlight: requests.size,
  };
}

/** What is shown of the actor. */
export function viewOf(
  { record, phase, session, sockets, totals, requests }: ActorEntry,
): ActorView {
  const { actorId, name, key, namespace, generation, alarmTs, createTs, sleepTs, error } = record;
  return {
    actorId,
    name,
    key,
    namespace,
    phase,
    generation,
    runnerId: session?.runnerId ?? null,
    sockets: sockets.size,
    hibernatingSockets: totals.hibernating,
    requestsInFlight: requests.size,
    pendingMessages: totals.pendingMessages,
    pendingBytes: totals.pendingBytes,
    alarmTs,
    createTs,
    sleepTs,
    error,
  };
}

/**
 * What is shown of the actor while it sleeps. `keptAliveTs`: when all records that there were then
 * were last kept alive. A younger one is as old as its socket.
 */
export function sleeperOf(actor: ActorEntry, keptAliveTs: number | null): SleeperView {
  let keepAliveTs = Infinity;
  for (const { hibernatable, openedTs } of actor.sockets) {
    if (hibernatable) keepAliveTs = Math.min(keepAliveTs, Math.max(openedTs, keptAliveTs ?? 0));
  }
  return sleeperRow(viewOf(actor), keepAliveTs === Infinity ? null : keepAliveTs);
}

export function sleeperRow(view: ActorView, keepAliveTs: number | null): SleeperView {
  const { actorId, name, key, sleepTs, alarmTs, hibernatingSockets, pendingMessages } = view;
  const { pendingBytes, error } = view;
  return {
    actorId,
    name,
    key,
    sleepTs,
    alarmTs,
    hibernatingSockets,
    pendingMessages,
    pendingBytes,
    error,
    keepAliveTs,
  };
}

/** All that is shown of the actor on a page of its own. */
export function detailOf(actor: ActorEntry): ActorDetail {
  const { crashPolicy, startTs, rescheduleTs, destroyTs, input } = actor.record;
  let plainSockets = 0;
  for (const socket of actor.sockets) {
    if (!socket.hibernatable && socket.phase === "active") plainSockets++;
  }
  return {
    view: viewOf(actor),
    crashPolicy,
    startTs,
    rescheduleTs,
    destroyTs,
    inputBytes: input?.length ?? null,
    plainSockets,
    wants: actor.wants(),
  };
}
