import type { RunnerObserver } from "../runner/mod.ts";

/** What is used of a `pino` logger. */
export interface Logger {
  debug(entry: object | string): void;
  info(entry: object | string): void;
  warn(entry: object | string): void;
  error(entry: object | string): void;
  child?(bindings: Record<string, unknown>): Logger;
}

/** Writes to the log what a runner tells its observer. A handler's error is never lost. */
export function logObserver(log: () => Logger | undefined): RunnerObserver {
  return {
    connection: (state, detail) => log()?.info({ msg: "connection", state, detail }),
    timersContradict: (what) => log()?.warn({ msg: "timers contradict each other", what }),
    actorStarted: (actorId, name, generation) =>
      log()?.info({ msg: "actor started", actorId, name, generation }),
    actorStopped: (actorId, name, generation, code, why) =>
      log()?.info({ msg: "actor stopped", actorId, name, generation, code, why }),
    handlerFailed: (actorId, handler, error) => {
      const logger = log();
      if (logger !== undefined) logger.error({ msg: "handler failed", actorId, handler, error });
      else console.error(`${handler}${actorId && ` of actor ${actorId}`} failed:`, error);
    },
    duplicateDropped: (actorId) => log()?.debug({ msg: "duplicate message dropped", actorId }),
    indexSkipped: (actorId) => log()?.warn({ msg: "message index skipped", actorId }),
    outgoingLost: (count) => log()?.warn({ msg: "outgoing messages lost", count }),
    limitReached: (limit, value) => log()?.warn({ msg: "limit reached", limit, value }),
    frameDropped: (why) => log()?.debug({ msg: "frame dropped", why }),
  };
}
