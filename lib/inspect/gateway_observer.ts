import type { GatewayObserver } from "../gateway/observer.ts";
import { formatId } from "../protocol/mod.ts";
import { type Recorder, textOf } from "./recorder.ts";

/** Notes what the gateway tells. One message costs one count in the history. */
export function gatewayObserver(recorder: Recorder): GatewayObserver {
  const { counts, history, links, lives } = recorder;
  return {
    runnerJoined: (runnerId, detail) => {
      history.runnerJoined(runnerId);
      links.up(runnerId);
      recorder.event({ kind: "runner_joined", runnerId, detail });
    },
    runnerDisconnected: (runnerId, detail) => {
      links.down(runnerId, detail);
      recorder.event({ kind: "runner_disconnected", runnerId, detail });
    },
    runnerLost: (runnerId, detail) => {
      history.runnerLeft(runnerId);
      links.left(runnerId, detail);
      counts.runnersLost.add();
      recorder.event({ kind: "runner_lost", runnerId, detail });
    },
    roundTrip: (runnerId, ms) => links.roundTrip(runnerId, ms),
    actorWaking: (actorId, _name, cause) => lives.wanted(actorId, cause),
    actorRunning: (actorId, actorName, cause, latencyMs, runnerId, generation) => {
      lives.running(actorId, cause, latencyMs, { generation, runnerId });
      history.woke(cause, runnerId);
      counts.actorsStarted.add(cause);
      if (cause === "moved") recorder.event({ kind: "moved", actorId, actorName, latencyMs });
      else recorder.event({ kind: "wake", actorId, actorName, cause, latencyMs });
    },
    actorAsleep: (actorId, actorName, kept, closed, sleepCause, runnerId) => {
      history.slept(sleepCause, runnerId);
      lives.ended(actorId, { end: "sleep", sleepCause, kept, closed });
      counts.actorsAsleep.add(sleepCause);
      recorder.event({ kind: "sleep", actorId, actorName, kept, closed });
    },
    actorCrashed: (actorId, actorName, detail) => {
      lives.ended(actorId, { end: "crash", detail });
      counts.actorsCrashed.add();
      recorder.event({ kind: "crash", actorId, actorName, detail });
    },
    actorDestroyed: (actorId, actorName) => {
      lives.ended(actorId, { end: "destroyed" });
      counts.actorsDestroyed.add();
      recorder.event({ kind: "destroyed", actorId, actorName });
    },
    socketOpened: () => counts.socketsOpened.add(),
    socketClosed: () => counts.socketsClosed.add(),
    messageAcked: (ms, runnerId) => history.acked(ms, runnerId),
    ackReceived: () => counts.acksReceived.add(),
    messagesResent: (_actor, _request, count) => counts.messagesResent.add("", count),
    ackRefused: (_actor, _request, why) => counts.acksRefused.add(why),
    duplicateDropped: () => counts.duplicatesDropped.add(),
    indexSkipped: () => counts.indexSkips.add(),
    pace: (actorId, request, who, isSlow) => {
      if (isSlow) counts.slowConsumers.add(who);
      const kind = isSlow ? "slow" : "caught_up";
      recorder.event({ kind, who, actorId, requestId: formatId(request) });
    },
    requestEnded: (summary) => recorder.request(summary),
    limitReached: (limit, value) => recorder.limit(limit, value),
    frameDropped: () => counts.framesDropped.add(),
    storeFailed: (what, error) => {
      counts.storeFailures.add();
      recorder.event({ kind: "store_failed", detail: `${what}: ${textOf(error)}` });
    },
  };
}
