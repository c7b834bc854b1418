import type { ActorPhase } from "../gateway/observer.ts";
import type { ActorView, GatewayView, SocketView } from "../gateway/view.ts";
import { formatId } from "../protocol/mod.ts";
import type { RunnerSelfView, TunnelSocketView } from "../runner/view.ts";
import type { LatencySummary } from "./latency_series.ts";
import type { Recorder } from "./recorder.ts";
import type { ActorRow, LiveState, SocketRow, Totals, TunnelSummary } from "./snapshot.ts";
import type { InspectSource } from "./source.ts";

/** How long an actor sleeps before it is listed below those that are awake. */
const SETTLED_MS = 10_000;

/** How things stand now, from the views of both sides. Only the first `rows` of a table are made. */
export function liveState(
  source: InspectSource,
  recorder: Recorder,
  ts: number,
  rows: number,
): LiveState {
  const gateway = source.gateway?.view();
  const runner = source.runner?.view();
  const acks: LatencySummary = recorder.acks.summary();
  if (gateway !== undefined) {
    const actors = withRecent(gateway.actors, source.gateway!.recentActors());
    return {
      ts,
      acks,
      tunnel: tunnelOf(gateway, runner),
      totals: totalsOf(gateway, actors, recorder),
      runners: gateway.runners,
      actors: actors.sort(awakeFirst(ts)).slice(0, rows).map(actorRow),
      sockets: socketsOf(gateway.sockets, runner, rows),
      inAll: { actors: actors.length, sockets: gateway.sockets.length },
    };
  }
  return { ts, acks, runners: [], ...runnerAlone(runner, recorder, rows) };
}

/** With the sleepers that the view leaves out. */
function withRecent(actors: readonly ActorView[], recent: readonly ActorView[]): ActorView[] {
  const known = new Set(actors.map((actor) => actor.actorId));
  return [...actors, ...recent.filter((actor) => !known.has(actor.actorId))];
}

function tunnelOf(gateway: GatewayView, runner: RunnerSelfView | undefined): TunnelSummary {
  const connected = gateway.runners.filter((one) => one.state === "connected");
  const roundTrips = connected.map((one) => one.roundTripMs).filter((ms) => ms !== null);
  const first = connected[0] ?? gateway.runners[0];
  return {
    state: connected.length > 0 ? "connected" : runner?.state ?? stateOf(first?.state),
    runners: connected.length,
    transport: first?.transport ?? null,
    protocolVersion: first?.protocolVersion ?? null,
    roundTripMs: roundTrips.length > 0 ? Math.max(...roundTrips) : null,
    reconnects: runner?.reconnects ?? 0,
  };
}

function stateOf(state: "connected" | "disconnected" | "draining" | undefined) {
  if (state === undefined) return "no_runner";
  return state === "disconnected" ? "reconnecting" : state;
}

function totalsOf(gateway: GatewayView, actors: ActorView[], recorder: Recorder): Totals {
  let socketsOpen = 0;
  let socketsHibernating = 0;
  for (const { phase } of gateway.sockets) {
    if (phase !== "closed") socketsOpen++;
    if (phase === "hibernating") socketsHibernating++;
  }
  return {
    actors: byPhase(actors),
    requestsInFlight: gateway.requestsInFlight,
    socketsOpen,
    socketsHibernating,
    pendingMessages: gateway.pendingMessages,
    pendingBytes: gateway.pendingBytes,
    ...counted(recorder),
  };
}

function byPhase(actors: readonly { readonly phase: ActorPhase }[]): Totals["actors"] {
  const counts: Partial<Record<ActorPhase, number>> = {};
  for (const { phase } of actors) counts[phase] = (counts[phase] ?? 0) + 1;
  return counts;
}

function counted({ counts }: Recorder): Pick<Totals, "requestsEnded" | "sleeps" | "wakes"> {
  return {
    requestsEnded: counts.requests.total,
    sleeps: counts.actorsAsleep.total,
    wakes: counts.actorsStarted.total,
  };
}

/** Then by name and key. */
function awakeFirst(now: number): (a: ActorView, b: ActorView) => number {
  return (a, b) => Number(isAtRest(a, now)) - Number(isAtRest(b, now)) || byNameAndKey(a, b);
}

/** One that just fell asleep keeps its place, or rows would jump with each tick of an alarm. */
function isAtRest({ phase, sleepTs }: ActorView, now: number): boolean {
  return phase === "destroyed" || phase === "asleep" && now - (sleepTs ?? 0) >= SETTLED_MS;
}

function byNameAndKey(a: ActorView, b: ActorView): number {
  return compare(a.name, b.name) ||
    compare(a.key ?? "", b.key ?? "") ||
    compare(a.actorId, b.actorId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function actorRow({ createTs, namespace: _namespace, ...actor }: ActorView): ActorRow {
  return { ...actor, sinceTs: createTs };
}

function socketsOf(
  sockets: readonly SocketView[],
  runner: RunnerSelfView | undefined,
  rows: number,
): SocketRow[] {
  const inside = new Map<number, TunnelSocketView>();
  for (const socket of runner?.sockets ?? []) inside.set(socket.requestId, socket);
  const byAge = sockets.toSorted((a, b) => a.openedTs - b.openedTs || a.requestId - b.requestId);
  return byAge.slice(0, rows).map((socket) => {
    const far = inside.get(socket.requestId);
    const acked = socket.hibernatable ? socket.lastAcked : null;
    return {
      requestId: formatId(socket.requestId),
      actorId: socket.actorId,
      actorName: socket.actorName,
      phase: socket.phase,
      hibernatable: socket.hibernatable,
      path: socket.path,
      openedTs: socket.openedTs,
      sent: socket.lastSent,
      received: far?.lastReceived ?? null,
      handled: far?.lastHandled ?? null,
      committed: far?.lastCommitted ?? acked,
      acked,
      pendingMessages: socket.pendingMessages,
      pendingBytes: socket.pendingBytes,
      oldestUnackedMs: socket.oldestUnackedMs,
    };
  });
}

/** A runner whose gateway is elsewhere knows its own half. */
function runnerAlone(
  runner: RunnerSelfView | undefined,
  recorder: Recorder,
  rows: number,
): Pick<LiveState, "tunnel" | "totals" | "actors" | "sockets" | "inAll"> {
  const actors = runner?.actors ?? [];
  const sockets = runner?.sockets ?? [];
  const names = new Map(actors.map((actor) => [actor.actorId, actor.name]));
  return {
    tunnel: {
      state: runner?.state ?? "no_runner",
      runners: runner?.state === "connected" ? 1 : 0,
      transport: runner === undefined ? null : "websocket",
      protocolVersion: runner?.protocolVersion ?? null,
      roundTripMs: null,
      reconnects: runner?.reconnects ?? 0,
    },
    totals: {
      actors: byPhase(actors),
      requestsInFlight: actors.reduce((sum, actor) => sum + actor.requestsInFlight, 0),
      socketsOpen: sockets.length,
      socketsHibernating: 0,
      pendingMessages: null,
      pendingBytes: null,
      ...counted(recorder),
    },
    inAll: { actors: actors.length, sockets: sockets.length },
    actors: actors.slice(0, rows).map((actor) => ({
      actorId: actor.actorId,
      name: actor.name,
      key: actor.key,
      phase: actor.phase,
      generation: actor.generation,
      runnerId: runner?.runnerId ?? null,
      sockets: actor.sockets,
      hibernatingSockets: 0,
      requestsInFlight: actor.requestsInFlight,
      pendingMessages: null,
      pendingBytes: null,
      sinceTs: actor.startedTs,
      sleepTs: null,
      alarmTs: actor.alarmTs,
      error: null,
    })),
    sockets: sockets.slice(0, rows).map((socket) => ({
      requestId: formatId(socket.requestId),
      actorId: socket.actorId,
      actorName: names.get(socket.actorId) ?? "",
      phase: "active",
      hibernatable: socket.hibernatable,
      path: null,
      openedTs: null,
      sent: null,
      received: socket.lastReceived,
      handled: socket.lastHandled,
      committed: socket.lastCommitted,
      acked: null,
      pendingMessages: null,
      pendingBytes: null,
      oldestUnackedMs: null,
    })),
  };
}
