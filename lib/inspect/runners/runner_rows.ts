import { runnerNotFound } from "../../gateway/errors.ts";
import type { Drain, RunnerDetail, RunnerView } from "../../gateway/view.ts";
import type { ConnectionState, RunnerSummary } from "../../runner/view.ts";
import type { Inspected } from "../inspected.ts";
import { runnerEnd } from "../runner_state.ts";
import type { RunnerEnd } from "../snapshot.ts";
import { type Links, type RunnerLinks, THIS_RUNNER } from "./links.ts";

/** One runner. `null` is what only the other end of its tunnel knows. */
export interface RunnerRow {
  /** `this` for the runner of this process, while no gateway has given it an id. */
  readonly runnerId: string;
  /** The pool that it joined. */
  readonly name: string;
  /** Of its program, as it says itself: new actors go to the newest. */
  readonly version: number;
  readonly protocolVersion: number;
  readonly transport: RunnerView["transport"];
  readonly state: RunnerView["state"] | ConnectionState;
  readonly totalSlots: number;
  /** Slots that are in use. */
  readonly actors: number;
  /** Of the last ping; `null` before the first as well, and before version 4, which has none. */
  readonly roundTripMs: number | null;
  /** Since when its tunnel is up; `null` while it is not. */
  readonly tunnelTs: number | null;
  /** How often its tunnel came up again, since it is known here. */
  readonly reconnects: number;
  /** Commands to it that it has not taken in. */
  readonly commandsUnacked: number | null;
  /** Events of it that its gateway has not taken in. */
  readonly eventsUnacked: number | null;
  /** No new actor is put on it; `null` otherwise, and at a runner alone. */
  readonly drain: Drain | null;
  readonly namespace: string | null;
  readonly actorNames: readonly string[];
  /** Since when its gateway knows it. */
  readonly connectedTs: number | null;
  /** When the other end was last heard of: its ping, or the answer to ours. */
  readonly heardTs: number | null;
  /** Whether gateway and runner are both ours: bodies go in chunks, with credit. */
  readonly isOurs: boolean | null;
  /** Bytes on their way to it. */
  readonly bufferedBytes: number | null;
  /** Its own end of the tunnel; `null` where that is in another process. */
  readonly end: RunnerEnd | null;
}

/** Every runner that is known here, in the order in which they came. */
export function runnerRows({ source, recorder }: Inspected): RunnerRow[] {
  const { gateway, runner } = source;
  const here = runner?.summary();
  const end = runnerEnd(here, recorder);
  const { links } = recorder;
  if (gateway === undefined) return here === undefined ? [] : [atRunner(here, end!, links)];
  return gateway.runnerDetails().map((detail) =>
    atGateway(detail, end?.runnerId === detail.runnerId ? end : null, links)
  );
}

/** `this` is known at a runner alone, whatever its id. Throws `runner.not_found`. */
export function runnerRow(inspected: Inspected, id: string): RunnerRow {
  const isAlone = inspected.source.gateway === undefined;
  const found = runnerRows(inspected)
    .find(({ runnerId }) => runnerId === id || isAlone && id === THIS_RUNNER);
  if (found === undefined) throw runnerNotFound(id);
  return found;
}

/** How the tunnel of a runner came and went; `undefined` where that is not kept. Throws as above. */
export function linksOf(inspected: Inspected, id: string): RunnerLinks | undefined {
  const { runnerId } = runnerRow(inspected, id);
  const { source, recorder } = inspected;
  return recorder.links.of(source.gateway === undefined ? THIS_RUNNER : runnerId);
}

function atGateway(detail: RunnerDetail, end: RunnerEnd | null, links: Links): RunnerRow {
  return {
    ...detail,
    reconnects: links.of(detail.runnerId)?.reconnects ?? 0,
    eventsUnacked: end?.eventsUnacked ?? null,
    end,
  };
}

function atRunner(runner: RunnerSummary, end: RunnerEnd, links: Links): RunnerRow {
  const { runnerId, name, version, protocolVersion, state, totalSlots, actorNames } = runner;
  return {
    runnerId: runnerId ?? THIS_RUNNER,
    name,
    version,
    protocolVersion,
    transport: "websocket",
    state,
    totalSlots,
    actors: runner.actorsAwake,
    roundTripMs: null,
    tunnelTs: runner.connectedTs,
    reconnects: links.of(THIS_RUNNER)?.reconnects ?? 0,
    commandsUnacked: null,
    eventsUnacked: runner.eventsUnacked,
    drain: null,
    namespace: null,
    actorNames,
    connectedTs: null,
    heardTs: runner.pingedTs,
    isOurs: null,
    bufferedBytes: null,
    end,
  };
}
