import type { ActorView, GatewayView, SocketView } from "../gateway/view.ts";
import { formatId } from "../protocol/mod.ts";
import type { ActorHostView, RunnerSelfView, TunnelSocketView } from "../runner/view.ts";
import type { Recorder } from "./recorder.ts";
import { insideOf, runnerEnd, runnerState, waiting } from "./runner_state.ts";
import type { ActorRow, LiveState, SocketRow, Totals, TunnelSummary } from "./snapshot.ts";
import type { InspectSource } from "./source.ts";
import { byNameAndKey, byPhase, counted } from "./summary.ts";

/** How long an actor sleeps before it is listed below those that are awake. */
const SETTLED_MS = 10_000;

/** How things stand now, from the views of both sides. Only the first `rows` of a table are made. */
export function liveState(
  source: InspectSource,
  recorder: Recorder,
  ts: number,
  rows: number,
): Omit<LiveState, "latency"> {
  const gateway = source.gateway?.view();
  const runner = source.runner?.view();
  if (gateway === undefined) return { ts, ...runnerState(runner, recorder, ts, rows) };
  const actors = withRecent(gateway.actors, source.gateway!.recentActors());
  const inside = new Map(runner?.actors.map((actor) => [actor.actorId, actor]));
  return {
    ts,
    tunnel: tunnelOf(gateway, runner, recorder),
    totals: totalsOf(gateway, runner, actors, recorder),
    runners: gateway.runners,
    actors: actors.sort(awakeFirst(ts)).slice(0, rows)
      .map((actor) => actorRow(actor, inside.get(actor.actorId), ts)),
    sockets: socketsOf(gateway.sockets, runner, rows),
    inAll: { actors: actors.length, sockets: gateway.sockets.length },
  };
}

/** With the sleepers that the view leaves out. */
function withRecent(actors: readonly ActorView[], recent: readonly ActorView[]): ActorView[] {
  const known = new Set(actors.map((actor) => actor.actorId));
  return [...actors, ...recent.filter((actor) => !known.has(actor.actorId))];
}

function tunnelOf(
  gateway: GatewayView,
  runner: RunnerSelfView | undefined,
  recorder: Recorder,
): TunnelSummary {
  const connected = gateway.runners.filter((one) => one.state === "connected");
  const roundTrips = connected.map((one) => one.roundTripMs).filter((ms) => ms !== null);
  const first = connected[0] ?? gateway.runners[0];
  return {
    state: connected.length > 0 ? "connected" : runner?.state ?? stateOf(first?.state),
    runners: connected.length,
    transport: first?.transport ?? null,
    protocolVersion: first?.protocolVersion ?? null,
    roundTripMs: roundTrips.length > 0 ? Math.max(...roundTrips) : null,
    end: runnerEnd(runner, recorder),
  };
}

function stateOf(state: "connected" | "disconnected" | "draining" | undefined) {
  if (state === undefined) return "no_runner";
  return state === "disconnected" ? "reconnecting" : state;
}

function totalsOf(
  gateway: GatewayView,
  runner: RunnerSelfView | undefined,
  actors: ActorView[],
  recorder: Recorder,
): Totals {
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
    ...waiting(runner),
    ...counted(recorder),
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

function actorRow(
  { createTs, namespace: _namespace, ...actor }: ActorView,
  here: ActorHostView | undefined,
  ts: number,
): ActorRow {
  return { ...actor, sinceTs: createTs, inside: here === undefined ? null : insideOf(here, ts) };
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
