import type { GatewayObserver } from "../gateway/observer.ts";
import type { RunnerObserver } from "../runner/observer.ts";
import type { StoreObserver } from "../store/observer.ts";
import type { Logger } from "../log/mod.ts";

/** Tells an operator what the gateway goes through. Nothing here is told per message. */
export function gatewayLog(logger: Logger): GatewayObserver {
  return {
    runnerJoined: (runner, name) =>
      logger.info("Runner {runner} of {name} joined", { runner, name }),
    runnerDisconnected: (runner, reason) =>
      logger.warn("The tunnel to runner {runner} ended: {reason}", { runner, reason }),
    runnerLost: (runner, reason) =>
      logger.warn("Runner {runner} is given up, its actors move: {reason}", { runner, reason }),
    actorCrashed: (actor, name, message) =>
      logger.error("Actor {actor} ({name}) crashed: {message}", { actor, name, message }),
    ackRefused: (actor, request, why) =>
      logger.warn("An ack of actor {actor} for socket {request} is refused: {why}", {
        actor,
        request,
        why,
      }),
    limitReached: (limit, value) => logger.warn("Limit {limit}={value} reached", { limit, value }),
    storeFailed: (what, error) =>
      logger.error("A record ({what}) could not be kept: {error}", { what, error }),
  };
}

/** Tells an operator what the runner goes through, and an author what their handlers throw. */
export function runnerLog(logger: Logger): RunnerObserver {
  return {
    connection: (state, detail) => logger.info("Tunnel {state} {detail}", { state, detail }),
    actorStopped: (actor, name, _generation, code, why) => {
      if (code === "error") {
        logger.error("Actor {actor} ({name}) stopped: {why}", { actor, name, why });
      }
    },
    handlerFailed: (actor, handler, error) =>
      logger.error("The {handler} handler of actor {actor} threw: {error}", {
        handler,
        actor,
        error,
      }),
    commitFailed: (actor, why) =>
      logger.error("Actor {actor} could not commit: {why}", { actor, why }),
    outgoingLost: (count) => logger.warn("{count} outgoing messages were lost", { count }),
    limitReached: (limit, value) => logger.warn("Limit {limit}={value} reached", { limit, value }),
  };
}

export function storeLog(logger: Logger): StoreObserver {
  return {
    commitFailed: (operations, error) =>
      logger.error("A transaction of {operations} operations failed: {error}", {
        operations,
        error,
      }),
    limitReached: (limit, value) => logger.warn("Limit {limit}={value} reached", { limit, value }),
  };
}

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
