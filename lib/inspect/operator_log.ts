import { GatewayError } from "../gateway/errors.ts";
import type { GatewayObserver } from "../gateway/observer.ts";
import type { RunnerObserver } from "../runner/observer.ts";
import type { StoreObserver } from "../store/observer.ts";
import type { Logger } from "../log/mod.ts";
import { formatId } from "../protocol/mod.ts";
import type { AuditEntry } from "./actions/audit.ts";

/** Tells an operator what the gateway goes through. Nothing here is told per message. */
export function gatewayLog(logger: Logger): GatewayObserver {
  return {
    runnerJoined: (runner, name) =>
      logger.info("Runner {runner} of {name} joined", { runner, name }),
    runnerDisconnected: (runner, reason) =>
      isGoodEnd(reason)
        ? logger.info("Runner {runner} closed its tunnel: {reason}", { runner, reason })
        : logger.warn("The tunnel to runner {runner} broke: {reason}", { runner, reason }),
    runnerLost: (runner, reason) =>
      isGoodEnd(reason)
        ? logger.info("Runner {runner} has left: {reason}", { runner, reason })
        : logger.warn("Runner {runner} is given up, its actors move: {reason}", { runner, reason }),
    // A runner in this process has told it already, and knows more.
    actorCrashed: (actor, name, message, here) => {
      if (here) return;
      logger.error("Actor {actor} ({name}) crashed: {message}", { actor, name, message });
    },
    ackRefused: (actor, request, why) =>
      logger.warn("An ack of actor {actor} for socket {request} is refused: {why}", {
        actor,
        request,
        why,
      }),
    pace: (actor, request, who, isSlow) => {
      const of = { who, socket: formatId(request), actor };
      if (isSlow) logger.warn("The {who} of socket {socket} of actor {actor} is slow", of);
      else logger.info("The {who} of socket {socket} of actor {actor} has caught up", of);
    },
    limitReached: limitLog(logger, "gateway"),
    storeFailed: (what, error) =>
      logger.error("A record ({what}) could not be kept: {error}", { what, error }),
  };
}

/** Tells an operator what the runner goes through, and an author what their handlers throw. */
export function runnerLog(logger: Logger): RunnerObserver {
  let refused: string | undefined;
  return {
    connection: (state, detail) => {
      if (state === "connected") refused = undefined;
      const refusal = REFUSALS.find(([reason]) => detail.includes(reason));
      if (refusal === undefined) return logger.info("Tunnel {state} {detail}", { state, detail });
      // It is tried again for as long as it takes, and would be told as often.
      const [reason, remedy] = refusal;
      if (reason === refused) return;
      refused = reason;
      logger.error("The gateway refuses this runner: {detail}. {remedy}", { detail, remedy });
    },
    timersContradict: (what) =>
      logger.warn("The gateway's times and this runner's contradict each other: {what}", { what }),
    // A commit that fails crashes the actor: it is told here, once.
    actorStopped: (actor, name, _generation, code, why, cause) => {
      if (code === "ok") return;
      logger.error("Actor {actor} ({name}) crashed: {why}", { actor, name, why: cause ?? why });
    },
    handlerFailed: (actor, handler, error) =>
      logger.error("The {handler} handler of actor {actor} threw: {error}", {
        handler,
        actor,
        error,
      }),
    outgoingLost: (count) =>
      count === 1
        ? logger.warn("1 outgoing message was lost")
        : logger.warn("{count} outgoing messages were lost", { count }),
    limitReached: limitLog(logger, "runner"),
  };
}

/** Tells an operator when commits begin to fail, and when they are through again. */
export function storeLog(logger: Logger): StoreObserver {
  let failed = 0;
  return {
    committed: () => {
      if (failed === 0) return;
      logger.warn("Commits are durable again, {failed} transactions failed before", { failed });
      failed = 0;
    },
    // A full disk fails every commit there is, hundreds a second.
    commitFailed: (operations, error) => {
      failed++;
      if (failed > 1) return;
      logger.error("A transaction of {operations} operations failed: {error}", {
        operations,
        error,
      });
    },
    limitReached: limitLog(logger, "store"),
  };
}

/** Tells an operator what was done by hand, by whom, and what came of it. */
export function auditLog(logger: Logger): (entry: AuditEntry, error: unknown) => void {
  return ({ role, session, action, path, targets, failed, outcome, detail, tookMs }, error) => {
    const values = { role, session, action, path, targets, failed, outcome, detail, tookMs };
    logger.info(
      "{role} {session} asked for {action} at {path}: {outcome}, {failed} of {targets} failed, " +
        "{detail}",
      values,
    );
    if (error === undefined || error instanceof GatewayError) return;
    logger.error("{action} at {path} failed: {error}", { action, path, error });
  };
}

type Room = "gateway" | "runner" | "store";

/** The variable that sets an option: `ackTimeoutMs` of the gateway is `DORMOUSE_GATEWAY_ACK_TIMEOUT_MS`. */
export function limitVariable(room: Room, option: string): string {
  // WebSocket is one word.
  const words = option.replace("webSocket", "websocket").replace(/[A-Z]/g, "_$&");
  return `DORMOUSE_${room}_${words}`.toUpperCase();
}

function limitLog(logger: Logger, room: Room): (limit: string, value: number) => void {
  return (limit, value) => {
    const variable = limitVariable(room, limit);
    logger.warn("Limit {limit}={value} of the {room} reached ({variable})", {
      limit,
      value,
      room,
      variable,
    });
  };
}

/** Whether a tunnel ended because one of its ends shut down in good order. */
function isGoodEnd(reason: string): boolean {
  return reason.startsWith("1000 ") || reason.startsWith("1012 guard.gateway_shutdown");
}

/** Reasons of a refusal that lasts until a person changes something, and what that is. */
const REFUSALS: readonly (readonly [reason: string, remedy: string])[] = [
  [
    "api.forbidden",
    "RIVET_TOKEN must be the gateway's admin token: what DORMOUSE_ADMIN_TOKEN sets there, or the " +
    "token in its dashboard link",
  ],
  ["guard.missing_header", "Set RIVET_TOKEN to the gateway's admin token"],
  ["namespace.not_found", "RIVET_NAMESPACE must name a namespace that the gateway has"],
  ["ws.invalid_url", "RIVET_ENDPOINT must be the address of a gateway that knows this protocol"],
  ["ws.invalid_packet#version", "DORMOUSE_PROTOCOL_VERSION must be one that the gateway speaks"],
];

type Calls = Record<string, ((...args: never[]) => void) | undefined>;

/** One observer that tells two. Where only one listens, it is called directly. */
export function both<Observer extends object>(first: Observer, second: Observer): Observer {
  const [a, b] = [first as Calls, second as Calls];
  const told: Calls = { ...a };
  for (const [name, call] of Object.entries(b)) {
    const other = a[name];
    told[name] = other === undefined || call === undefined ? call ?? other : (...args) => {
      other(...args);
      call(...args);
    };
  }
  return told as Observer;
}
