import type { RunnerView } from "../gateway/view.ts";
import { type ActorId, formatId } from "../protocol/mod.ts";
import type {
  ActorHostView,
  RunnerSummary,
  TunnelSocketLook,
  TunnelSocketView,
} from "../runner/view.ts";
import { firstOf } from "./first_of.ts";
import type { Recorder } from "./recorder.ts";
import type { ActorInside, ActorRow, LiveState, RunnerEnd, SocketRow, Totals } from "./snapshot.ts";
import type { RunnerSource } from "./source.ts";
import { byNameAndKey, byPhase, counted } from "./summary.ts";

/** How things stand at a runner whose gateway is elsewhere: it knows its own half. */
export function standingAtRunner(
  source: RunnerSource | undefined,
  recorder: Recorder,
): Pick<LiveState, "tunnel" | "totals" | "runners"> {
  const runner = source?.summary();
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
      actors: byPhase([...source?.actorLooks() ?? []]),
      requestsInFlight: runner?.requestsInFlight ?? 0,
      socketsOpen: runner?.socketsOpen ?? 0,
      socketsHibernating: null,
      pendingMessages: null,
      pendingBytes: null,
      ...waiting(runner),
      ...counted(recorder),
    },
    runners,
  };
}

/** Those that are awake here, by name and key. */
export function actorsAtRunner(
  source: RunnerSource | undefined,
  ts: number,
  most: number,
): { rows: ActorRow[]; inAll: number } {
  const actors = [...source?.actorLooks() ?? []];
  const runnerId = source?.summary().runnerId ?? null;
  const rows = firstOf(actors, most, byNameAndKey)
    .map((actor) => rowAtRunner(actor.view(), runnerId, ts));
  return { rows, inAll: actors.length };
}

/** Oldest first: all, or those of one actor. */
export function socketsAtRunner(
  source: RunnerSource | undefined,
  most: number,
  actorId?: ActorId,
): { rows: SocketRow[]; inAll: number } {
  const looks = [...source?.socketLooks(actorId) ?? []];
  const rows = firstOf(looks, most, byAge).map((look) => {
    const socket = look.view();
    return socketRowAtRunner(socket, source?.actorView(socket.actorId)?.name ?? "");
  });
  return { rows, inAll: looks.length };
}

/** A runner knows the sockets of several gateways: they do not come in this order. */
function byAge(a: TunnelSocketLook, b: TunnelSocketLook): number {
  return a.sinceTs - b.sinceTs || a.requestId - b.requestId;
}

/** The runner's own end of the tunnel. */
export function runnerEnd(
  runner: RunnerSummary | undefined,
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
  runner: RunnerSummary | undefined,
): Pick<Totals, "unhandledMessages" | "heldMessages"> {
  return {
    unhandledMessages: runner?.unhandledMessages ?? null,
    heldMessages: runner?.heldMessages ?? null,
  };
}

export function insideOf(
  { mailbox, heldMessages, idleLeftMs, holds }: ActorHostView,
  ts: number,
): ActorInside {
  return {
    unhandledMessages: mailbox,
    heldMessages,
    // Not to the millisecond: two clocks are added, and nothing may seem to change that does not.
    sleepsTs: idleLeftMs === null ? null : Math.round((ts + idleLeftMs) / 1000) * 1000,
    holds,
  };
}

/** What its gateway would tell of it. */
function seenByItself(runner: RunnerSummary): RunnerView[] {
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
    actors: runner.actorsAwake,
    roundTripMs: null,
    connectedTs,
    actorNames,
  }];
}

export function rowAtRunner(actor: ActorHostView, runnerId: string | null, ts: number): ActorRow {
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

/** `actorName`: a runner knows it of the actor. */
export function socketRowAtRunner(socket: TunnelSocketView, actorName: string): SocketRow {
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
