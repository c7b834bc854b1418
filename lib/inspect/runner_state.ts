import type { RunnerView } from "../gateway/view.ts";
import { formatId } from "../protocol/mod.ts";
import type { ActorHostView, RunnerSelfView, TunnelSocketView } from "../runner/view.ts";
import type { Recorder } from "./recorder.ts";
import type { ActorInside, ActorRow, LiveState, RunnerEnd, SocketRow, Totals } from "./snapshot.ts";
import { byNameAndKey, byPhase, counted } from "./summary.ts";

/** How things stand at a runner whose gateway is elsewhere: it knows its own half. */
export function runnerState(
  runner: RunnerSelfView | undefined,
  recorder: Recorder,
  ts: number,
  rows: number,
): Omit<LiveState, "ts" | "latency"> {
  const actors = (runner?.actors ?? []).toSorted(byNameAndKey);
  const sockets = (runner?.sockets ?? []).toSorted((a, b) =>
    a.sinceTs - b.sinceTs || a.requestId - b.requestId
  );
  const names = new Map(actors.map((actor) => [actor.actorId, actor.name]));
  const runners = runner === undefined ? [] : seenByItself(runner);
  return {
    tunnel: {
      state: runner?.state ?? "no_runner",
      runners: runners.length,
      transport: runner === undefined ? null : "websocket",
      protocolVersion: runner?.protocolVersion ?? null,
      roundTripMs: null,
      end: runnerEnd(runner, recorder),
    },
    totals: {
      actors: byPhase(actors),
      requestsInFlight: actors.reduce((sum, actor) => sum + actor.requestsInFlight, 0),
      socketsOpen: sockets.length,
      socketsHibernating: null,
      pendingMessages: null,
      pendingBytes: null,
      ...waiting(runner),
      ...counted(recorder),
    },
    runners,
    actors: actors.slice(0, rows).map((actor) => actorRow(actor, runner!.runnerId, ts)),
    sockets: sockets.slice(0, rows)
      .map((socket) => socketRow(socket, names.get(socket.actorId) ?? "")),
    inAll: { actors: actors.length, sockets: sockets.length },
  };
}

/** The runner's own end of the tunnel. */
export function runnerEnd(
  runner: RunnerSelfView | undefined,
  { counts }: Recorder,
): RunnerEnd | null {
  if (runner === undefined) return null;
  const { runnerId, endpoint, name, connectedTs, pingedTs, eventsUnacked, outgoingKept } = runner;
  return {
    runnerId,
    endpoint,
    name,
    connectedTs,
    pingedTs,
    retries: runner.reconnects,
    eventsUnacked,
    outgoingKept,
    outgoingLost: counts.outgoingLost.total,
  };
}

/** What waits inside of the runner. */
export function waiting(
  runner: RunnerSelfView | undefined,
): Pick<Totals, "unhandledMessages" | "heldMessages"> {
  if (runner === undefined) return { unhandledMessages: null, heldMessages: null };
  let unhandledMessages = 0;
  let heldMessages = 0;
  for (const actor of runner.actors) {
    unhandledMessages += actor.mailbox;
    heldMessages += actor.heldMessages;
  }
  return { unhandledMessages, heldMessages };
}

export function insideOf(
  { mailbox, heldMessages, idleLeftMs }: ActorHostView,
  ts: number,
): ActorInside {
  return {
    unhandledMessages: mailbox,
    heldMessages,
    // Not to the millisecond: two clocks are added, and nothing may seem to change that does not.
    sleepsTs: idleLeftMs === null ? null : Math.round((ts + idleLeftMs) / 1000) * 1000,
  };
}

/** What its gateway would tell of it. */
function seenByItself(runner: RunnerSelfView): RunnerView[] {
  const { runnerId, connectedTs, name, version, totalSlots, protocolVersion, actorNames } = runner;
  if (runnerId === null || connectedTs === null) return [];
  return [{
    runnerId,
    name,
    version,
    protocolVersion,
    transport: "websocket",
    state: runner.state === "draining" ? "draining" : "connected",
    totalSlots,
    actors: runner.actors.length,
    roundTripMs: null,
    connectedTs,
    actorNames,
  }];
}

function actorRow(actor: ActorHostView, runnerId: string | null, ts: number): ActorRow {
  const { actorId, name, key, phase, generation, sockets, requestsInFlight, alarmTs } = actor;
  return {
    actorId,
    name,
    key,
    phase,
    generation,
    runnerId,
    sockets,
    hibernatingSockets: null,
    requestsInFlight,
    pendingMessages: null,
    pendingBytes: null,
    sinceTs: actor.startedTs,
    sleepTs: null,
    alarmTs,
    error: null,
    inside: insideOf(actor, ts),
  };
}

function socketRow(socket: TunnelSocketView, actorName: string): SocketRow {
  const { hibernatable, lastReceived, lastHandled, lastCommitted, lastAcked } = socket;
  return {
    requestId: formatId(socket.requestId),
    actorId: socket.actorId,
    actorName,
    phase: socket.phase,
    hibernatable,
    path: socket.path,
    openedTs: socket.sinceTs,
    sent: null,
    received: lastReceived,
    handled: lastHandled,
    committed: hibernatable ? lastCommitted : null,
    acked: hibernatable ? lastAcked : null,
    pendingMessages: null,
    pendingBytes: null,
    oldestUnackedMs: null,
  };
}
