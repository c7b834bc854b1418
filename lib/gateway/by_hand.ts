/** What a person can do to an actor or a socket, and what came of it. */
import type { Host } from "../host/host.ts";
import { advance, type Close } from "../protocol/mod.ts";
import type { ActorEntry } from "./actor_entry.ts";
import { planOf } from "./actor_view.ts";
import type { ClientSocket } from "./client_socket.ts";
import { GatewayError } from "./errors.ts";
import type { GatewayOptions } from "./options.ts";
import type { CloseOutcome, ClosePlan, HibernateOutcome, ReplayPlan } from "./view.ts";

const encoder = new TextEncoder();

/** Puts the actor to sleep; with `drain`, one that is to stay up goes on elsewhere. */
export async function hibernateByHand(
  actor: ActorEntry,
  host: Host,
  cause: "person" | "drain",
): Promise<HibernateOutcome> {
  const plan = planOf(actor);
  const startedAt = host.now();
  if (plan.phase === "asleep") {
    const { rescheduleTs } = actor.record;
    const detail = rescheduleTs === null
      ? "It was asleep already"
      : `It waits to start again in ${rescheduleTs - host.epoch()} ms`;
    return { ...plan, result: "already_asleep", tookMs: 0, detail };
  }
  const sockets = [...actor.sockets].filter(({ isClientGone }) => !isClientGone);
  // Asked before: an actor that waits for a runner falls asleep at once, and may wait again at once.
  const rest = actor.rest();
  if (cause === "drain") actor.runnerLeaves();
  else actor.stop("sleep");
  const { forced, messagesReplayed } = await rest;
  // Those that cannot hibernate may have been closed by the actor's end before it had left.
  const socketsKept = sockets.filter(({ isClientGone }) => !isClientGone).length;
  const socketsClosed = sockets.length - socketsKept;
  const left = { ...plan, messagesReplayed, socketsKept, socketsClosed };
  const tookMs = host.now() - startedAt;
  const { phase } = actor;
  if (forced !== null) {
    const now = phase === "asleep"
      ? "It has left its runner"
      : "Something was waiting for it, and it started again";
    const detail = `It was stopped by force: ${forced}. ${now}`;
    return { ...left, result: "failed", tookMs, detail };
  }
  if (phase === "asleep") {
    return { ...left, result: "asleep", tookMs, detail: "It left its runner's memory" };
  }
  if (phase === "destroyed") {
    return { ...left, result: "failed", tookMs, detail: "It was destroyed meanwhile" };
  }
  return { ...left, result: "woken_again", tookMs, detail: "Something was waiting for it" };
}

/** What closing the socket would do now. */
export function closePlanOf(socket: ClientSocket): ClosePlan {
  const { actor: { record }, requestId, phase, pendingMessages } = socket;
  const wakesActor = phase === "hibernating";
  return { actorId: record.actorId, requestId, phase, pendingMessages, wakesActor };
}

/** Closes the socket; its actor hears of it as of a close of the client. */
export function closeByHand(socket: ClientSocket, close: Close): CloseOutcome {
  const plan = closePlanOf(socket);
  if (socket.isClientGone) return { ...plan, result: "already_closed" };
  socket.end(close);
  return { ...plan, result: "closed" };
}

/** What saying something as the socket's client would do. Throws `socket.cannot_replay`. */
export function replayPlanOf(
  socket: ClientSocket,
  data: string | Uint8Array,
  options: GatewayOptions,
): ReplayPlan {
  const bytes = typeof data === "string" ? encoder.encode(data).length : data.length;
  const why = whyNot(socket, bytes, options);
  if (why !== undefined) throw new GatewayError(409, "socket", "cannot_replay", why);
  return { ...closePlanOf(socket), index: advance(socket.view().lastQueued) };
}

/** Says it. The actor cannot tell it from a message of the client. */
export function replayByHand(
  socket: ClientSocket,
  data: string | Uint8Array,
  options: GatewayOptions,
): ReplayPlan {
  const plan = replayPlanOf(socket, data, options);
  socket.fromClient(data);
  return plan;
}

/** What a client's own message would cost the socket, a person's must not. */
function whyNot(
  { isClientGone, phase, hibernatable, pendingMessages, pendingBytes, actor }: ClientSocket,
  bytes: number,
  options: GatewayOptions,
): string | undefined {
  if (isClientGone) return "The socket's client has left: nobody speaks for it any more";
  const most = options.webSocketMessageBytes;
  if (bytes > most) {
    return `The message has ${bytes} bytes, at most webSocketMessageBytes=${most} are allowed`;
  }
  const isPlain = phase === "active" && !hibernatable;
  const isFull = isPlain
    ? actor.session?.isFull === true
    : pendingMessages >= options.pendingMessages || pendingBytes + bytes > options.pendingBytes;
  return isFull
    ? "There is no room for another message of the socket: it would be closed"
    : undefined;
}
