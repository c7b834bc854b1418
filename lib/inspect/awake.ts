import type { ActorPhase } from "../gateway/observer.ts";
import type { ActorDetail } from "../gateway/view.ts";
import type { Want, WantCode } from "../gateway/wants.ts";
import type { HoldCode } from "../runner/holds.ts";
import type { ActorHostView } from "../runner/view.ts";

/** `no_runner`: it is wanted awake, and no runner has room for it. */
export type AwakeCode = HoldCode | WantCode | "no_runner";

/** One reason why an actor is awake, or is about to be. */
export interface AwakeReason {
  readonly code: AwakeCode;
  readonly count: number;
  /**
   * Whether it keeps the actor awake. Else it would not: but if the actor slept, it would be woken
   * for it at once.
   */
  readonly holds: boolean;
  readonly sentence: string;
}

/**
 * Why an actor is awake. With no reason it falls asleep when its idle time is over, and stays asleep;
 * as long as one holds it, it does not. They are what the runner's idle watch and the gateway ask
 * themselves, not guesses beside them.
 */
export interface Awake {
  readonly actorId: string;
  readonly phase: ActorPhase;
  /** Most important first. */
  readonly reasons: readonly AwakeReason[];
  /** Until it falls asleep by itself; `null` while something holds it, or while it is not awake. */
  readonly idleLeftMs: number | null;
  /** Of that, what an actor that has just done something has; `null` for one that never sleeps so. */
  readonly sleepAfterMs: number | null;
  /** False where its runner is elsewhere, or its gateway: then that side's reasons are missing. */
  readonly isComplete: boolean;
}

/** What both sides know of an actor; either may be elsewhere. */
export interface BothSides {
  readonly detail?: ActorDetail | undefined;
  readonly here?: ActorHostView | undefined;
}

/** `undefined` when neither side knows the actor. */
export function awakeOf({ detail, here }: BothSides): Awake | undefined {
  const phase = detail?.view.phase ?? here?.phase;
  const actorId = detail?.view.actorId ?? here?.actorId;
  if (phase === undefined || actorId === undefined) return undefined;
  const holds = here?.holds ?? holdsSeenByGateway(detail);
  const held = new Set<string>(holds.map(({ code }) => code));
  return {
    actorId,
    phase,
    reasons: [
      ...holds.map((hold) => ({
        ...hold,
        holds: true,
        sentence: sentenceOf(hold.code, hold.count, here?.handler ?? null),
      })),
      ...(detail?.wants ?? []).filter((want) => !isToldBy(held, want)).map((want) => ({
        ...want,
        holds: false,
        sentence: sentenceOf(want.code, want.count, null),
      })),
    ],
    idleLeftMs: here?.idleLeftMs ?? null,
    sleepAfterMs: here?.sleepAfterMs ?? null,
    isComplete: detail !== undefined && (here !== undefined || !isOnRunner(phase)),
  };
}

/** What a gateway sees of what keeps an actor awake on a runner elsewhere. */
function holdsSeenByGateway(
  detail: ActorDetail | undefined,
): readonly { code: HoldCode | "no_runner"; count: number }[] {
  if (detail === undefined) return [];
  const { view: { phase, requestsInFlight }, plainSockets } = detail;
  if (phase === "pending") return [{ code: "no_runner", count: 1 }];
  if (!isOnRunner(phase)) return [];
  return [
    { code: "starting" as const, count: Number(phase === "starting") },
    { code: "requests_in_flight" as const, count: requestsInFlight },
    { code: "plain_sockets" as const, count: plainSockets },
  ].filter(({ count }) => count > 0);
}

function isOnRunner(phase: ActorPhase): boolean {
  return phase === "starting" || phase === "running" || phase === "stopping";
}

/** A request that has come to its actor is in flight there too: told once. */
function isToldBy(held: ReadonlySet<string>, { code }: Want): boolean {
  return code === "requests_waiting" && held.has("requests_in_flight");
}

function sentenceOf(code: AwakeCode, count: number, handler: string | null): string {
  const [s, is, has] = count === 1 ? ["", "is", "has"] : ["s", "are", "have"];
  switch (code) {
    case "no_runner":
      return "No runner has room for it: it starts when one has";
    case "starting":
      return "It starts: its state is loaded, its sockets come back, its start handler runs";
    case "requests_in_flight":
      return `${count} HTTP request${s} ${is} not answered yet`;
    case "plain_sockets":
      return `${count} WebSocket${s} that cannot hibernate ${is} open`;
    case "handler_running":
      return handler === null ? "A handler is running" : `Its ${handler} handler is running`;
    case "messages_unhandled":
      return `${count} message${s}, or what else comes in turn, ${
        count === 1 ? "waits" : "wait"
      } for a handler`;
    case "uncommitted":
      return "What it did last is not durable yet";
    case "sockets_attaching":
      return "Its restored sockets wait until the gateway has attached them";
    case "never_sleeps":
      return "Its definition says sleepAfter: false, so it never falls asleep by itself";
    case "requests_waiting":
      return `${count} HTTP request${s} ${
        count === 1 ? "waits" : "wait"
      } for it: asleep, it would be woken at once`;
    case "sockets_opening":
      return `${count} WebSocket${s} ${
        count === 1 ? "waits" : "wait"
      } to be opened: asleep, it would be woken at once`;
    case "messages_unacked":
      return `${count} message${s} of clients ${is} not acked: asleep, it would be woken at once`;
    case "closes_unacked":
      return `${count} client${s} ${has} left, and it has not taken note: asleep, it would be woken at once`;
    case "alarm_due":
      return "Its alarm is due: asleep, it would be woken at once";
  }
}
