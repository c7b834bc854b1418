import type {
  ActorLook,
  ActorView,
  GatewaySummary,
  SocketLook,
  SocketView,
} from "../gateway/view.ts";
import { type ActorId, formatId, type GatewayId, runnerId } from "../protocol/mod.ts";
import type { ActorHostView, RunnerSummary, TunnelSocketView } from "../runner/view.ts";
import { firstOf } from "./first_of.ts";
import type { Recorder } from "./recorder.ts";
import {
  actorsAtRunner,
  insideOf,
  runnerEnd,
  socketsAtRunner,
  standingAtRunner,
  waiting,
} from "./runner_state.ts";
import type { Secrets } from "./secrets.ts";
import type { ActorRow, LiveState, SocketRow, Totals, TunnelSummary } from "./snapshot.ts";
import type { InspectSource, RunnerSource } from "./source.ts";
import { byNameAndKey, byPhase, counted } from "./summary.ts";

/** How long an actor sleeps before it is listed below those that are awake. */
const SETTLED_MS = 10_000;

/** What a table shows, and how many there are in all. */
interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly inAll: number;
}

/**
 * How things stand now, from what both sides show. Only the first `rows` of a table are made, and of
 * all others no more is looked at than which they are: there may be many.
 */
export function liveState(
  source: InspectSource,
  recorder: Recorder,
  ts: number,
  rows: number,
): Omit<LiveState, "latency"> {
  const actors = actorTable(source, ts, rows);
  const sockets = socketTable(source, recorder.secrets, rows);
  return {
    ts,
    ...standing(source, recorder),
    actors: actors.rows,
    sockets: sockets.rows,
    inAll: { actors: actors.inAll, sockets: sockets.inAll },
  };
}

/** Where tunnel and runners are, and what everything adds up to. */
export function standing(
  { gateway, runner }: InspectSource,
  recorder: Recorder,
): Pick<LiveState, "tunnel" | "totals" | "runners"> {
  if (gateway === undefined) return standingAtRunner(runner, recorder);
  const seen = gateway.summary();
  const here = runner?.summary();
  return {
    tunnel: tunnelOf(seen, here, recorder),
    totals: totalsOf(seen, here, [...gateway.actorLooks()], recorder),
    runners: seen.runners,
  };
}

/**
 * The awake ones first and those that just fell asleep, then the sleepers: each by name and key.
 *
 * @param on Of one runner's actors only. A runner alone has no others.
 */
export function actorTable(
  { gateway, runner }: InspectSource,
  ts: number,
  most: number,
  on?: string,
): Rows<ActorRow> {
  if (gateway === undefined) return actorsAtRunner(runner, ts, most);
  const there = on === undefined ? null : new Set<string>(gateway.actorsOf(runnerId(on)));
  const actors = [...gateway.actorLooks()]
    .filter(({ record }) => there === null || there.has(record.actorId));
  const rows = firstOf(actors, most, awakeFirst(ts)).map((look) => {
    const actor = look.view();
    return actorRow(actor, runner?.actorView(actor.actorId), ts);
  });
  return { rows, inAll: actors.length };
}

/** Oldest first: all, or those of one actor. Their paths may have tokens. */
export function socketTable(
  source: InspectSource,
  secrets: Secrets,
  most: number,
  actorId?: ActorId,
): Rows<SocketRow> {
  const { rows, inAll } = socketsSeen(source, most, actorId);
  return { rows: rows.map((row) => ({ ...row, path: secrets.path(row.path) })), inAll };
}

function socketsSeen(
  { gateway, runner }: InspectSource,
  most: number,
  actorId?: ActorId,
): Rows<SocketRow> {
  if (gateway === undefined) return socketsAtRunner(runner, most, actorId);
  const { gatewayId, socketsKnown } = gateway.summary();
  const looks = gateway.socketLooks(actorId);
  const inAll = actorId === undefined ? socketsKnown : [...looks].length;
  return { rows: socketsOf(looks, runner, gatewayId, most), inAll };
}

function tunnelOf(
  gateway: GatewaySummary,
  runner: RunnerSummary | undefined,
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
  gateway: GatewaySummary,
  runner: RunnerSummary | undefined,
  actors: readonly ActorLook[],
  recorder: Recorder,
): Totals {
  const { requestsInFlight, socketsOpen, socketsHibernating, pendingMessages, pendingBytes } =
    gateway;
  return {
    actors: byPhase(actors),
    requestsInFlight,
    socketsOpen,
    socketsHibernating,
    pendingMessages,
    pendingBytes,
    ...waiting(runner),
    ...counted(recorder),
  };
}

/** Then by name and key. */
function awakeFirst(now: number): (a: ActorLook, b: ActorLook) => number {
  return (a, b) =>
    Number(isAtRest(a, now)) - Number(isAtRest(b, now)) || byNameAndKey(a.record, b.record);
}

/** One that just fell asleep keeps its place, or rows would jump with each tick of an alarm. */
function isAtRest({ phase, record: { sleepTs } }: ActorLook, now: number): boolean {
  return phase === "destroyed" || phase === "asleep" && now - (sleepTs ?? 0) >= SETTLED_MS;
}

export function actorRow(
  { createTs, namespace: _namespace, ...actor }: ActorView,
  here: ActorHostView | undefined,
  ts: number,
): ActorRow {
  return { ...actor, sinceTs: createTs, inside: here === undefined ? null : insideOf(here, ts) };
}

function socketsOf(
  looks: Iterable<SocketLook>,
  runner: RunnerSource | undefined,
  gatewayId: GatewayId,
  rows: number,
): SocketRow[] {
  return [...Iterator.from(looks).take(rows)].map((look) => {
    const socket = look.view();
    return socketRow(socket, runner?.socketView(gatewayId, socket.requestId));
  });
}

/** What both sides know of a socket; `far`: where its runner is here, and has it. */
export function socketRow(socket: SocketView, far: TunnelSocketView | undefined): SocketRow {
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
}
