import { actorNotFound, GatewayError } from "../gateway/errors.ts";
import type { CrashPolicy } from "../gateway/gateway_store.ts";
import type { RunnerView } from "../gateway/view.ts";
import type { ActorId } from "../protocol/mod.ts";
import type { BothSides } from "./awake.ts";
import { actorRow } from "./live_state.ts";
import { rowAtRunner } from "./runner_state.ts";
import type { ActorRow } from "./snapshot.ts";
import type { InspectSource } from "./source.ts";

/** One actor, as its page shows it. Where only its gateway knows, and that is elsewhere: `null`. */
export interface ActorInspection extends ActorRow {
  readonly namespace: string | null;
  readonly crashPolicy: CrashPolicy | null;
  readonly createTs: number | null;
  /** When its present or last life was started. */
  readonly startTs: number | null;
  /** When it starts again after a crash. */
  readonly rescheduleTs: number | null;
  readonly destroyTs: number | null;
  /** What it was made with. */
  readonly inputBytes: number | null;
  readonly runner: Pick<RunnerView, "name" | "version" | "transport" | "state"> | null;
  /** Of the actor's messages, what waits for its commit; `null` where its runner is elsewhere. */
  readonly heldBytes: number | null;
  readonly uncommitted: boolean | null;
}

/**
 * What gateway and runner know of an actor. Throws `actor.not_found`, or `not_awake_here` at a runner
 * alone.
 */
export async function bothSides(source: InspectSource, actorId: ActorId): Promise<BothSides> {
  const { gateway, runner } = source;
  const detail = await gateway?.actorDetail(actorId);
  const here = runner?.actorView(actorId);
  if (detail !== undefined || here !== undefined) return { detail, here };
  if (runner === undefined) throw actorNotFound(actorId);
  throw notKnownHere(
    source,
    "not_awake_here",
    `Actor ${actorId} is not awake on this runner: whether it sleeps, is on another one or never was`,
  );
}

/** A refusal to say what a gateway elsewhere knows: `what`, and who would. */
export function notKnownHere(
  { runner }: InspectSource,
  code: "not_awake_here" | "not_known_here",
  what: string,
): GatewayError {
  const endpoint = runner?.summary().endpoint ?? "";
  const who = endpoint === "" ? "its gateway" : `the gateway at ${endpoint}`;
  return new GatewayError(404, "dashboard", code, `${what}, only ${who} knows`);
}

export function inspectionOf(
  source: InspectSource,
  { detail, here }: BothSides,
  ts: number,
): ActorInspection {
  const inside = {
    heldBytes: here?.heldBytes ?? null,
    uncommitted: here?.uncommitted ?? null,
  };
  if (detail === undefined) {
    const summary = source.runner!.summary();
    const { name, version, state } = summary;
    return {
      ...rowAtRunner(here!, summary.runnerId, ts),
      ...inside,
      namespace: null,
      crashPolicy: null,
      createTs: null,
      startTs: here!.startedTs,
      rescheduleTs: null,
      destroyTs: null,
      inputBytes: null,
      runner: {
        name,
        version,
        transport: "websocket",
        state: state === "connected" || state === "draining" ? state : "disconnected",
      },
    };
  }
  const { view, crashPolicy, startTs, rescheduleTs, destroyTs, inputBytes } = detail;
  const runner = source.gateway?.summary().runners
    .find(({ runnerId }) => runnerId === view.runnerId);
  return {
    ...actorRow(view, here, ts),
    ...inside,
    namespace: view.namespace,
    crashPolicy,
    createTs: view.createTs,
    startTs,
    rescheduleTs,
    destroyTs,
    inputBytes,
    runner: runner === undefined ? null : pick(runner),
  };
}

function pick({ name, version, transport, state }: RunnerView): ActorInspection["runner"] {
  return { name, version, transport, state };
}
