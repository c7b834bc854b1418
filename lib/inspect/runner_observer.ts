import type { ActorId } from "../protocol/mod.ts";
import type { RunnerObserver } from "../runner/observer.ts";
import { type Recorder, textOf } from "./recorder.ts";
import { THIS_RUNNER } from "./runners/links.ts";

/**
 * Notes what the runner tells. `alone`: no gateway in this process tells of actors coming and going
 * and of their requests, so the runner's word is taken.
 */
export function runnerObserver(recorder: Recorder, alone: boolean): RunnerObserver {
  const { commits, counts, history, links, lives } = recorder;
  /** Keys of the actors that are awake. */
  const keys = new Map<ActorId, string | null>();
  const ofActors: RunnerObserver = {
    actorStarted: (actorId, actorName, generation, latencyMs, actorKey, times) => {
      if (times !== undefined) lives.started(actorId, generation, times, true);
      keys.set(actorId, actorKey);
      history.woke("unknown", null);
      counts.actorsStarted.add("unknown");
      recorder.event({ kind: "wake", actorId, actorName, actorKey, cause: null, latencyMs });
    },
    actorStopped: (actorId, actorName, _generation, code, detail, _cause, left) => {
      const actor = { actorId, actorName, actorKey: keys.get(actorId) ?? null };
      keys.delete(actorId);
      if (code === "error") {
        lives.ended(actorId, { end: "crash", detail });
        counts.actorsCrashed.add();
        recorder.event({ kind: "crash", ...actor, detail });
      } else if (left === undefined) {
        lives.ended(actorId, { end: "given_up", detail });
        recorder.event({ kind: "given_up", ...actor, detail });
      } else {
        lives.ended(actorId, { end: "sleep", ...left });
        history.slept("unknown", null);
        counts.actorsAsleep.add("unknown");
        recorder.event({ kind: "sleep", ...actor, ...left });
      }
    },
    requestEnded: (summary) => recorder.request(summary),
  };
  const besideGateway: RunnerObserver = {
    actorStarted: (actorId, _name, generation, _loadMs, _key, times) => {
      if (times !== undefined) lives.started(actorId, generation, times, false);
    },
  };
  return {
    ...(alone ? ofActors : besideGateway),
    firstHandled: (actorId, generation, at) => lives.handled(actorId, generation, at),
    connection: (state, detail) => {
      if (alone && state === "connected") links.up(THIS_RUNNER);
      else if (alone && state === "reconnecting") links.failed(THIS_RUNNER, detail);
      else if (alone && state !== "connecting") links.down(THIS_RUNNER, detail);
      recorder.event({ kind: "tunnel", state, detail });
    },
    committed: (_actor, bytes, messages, ms) => {
      commits.record(ms);
      if (alone) history.committed(ms, messages);
      counts.messagesCommitted.add("", messages);
      counts.bytesCommitted.add("", bytes);
    },
    commitFailed: (actorId, detail) => {
      counts.commitFailures.add();
      recorder.event({ kind: "commit_failed", actorId, detail });
    },
    handlerFailed: (actorId, handler, error) => {
      counts.handlerFailures.add(handler);
      recorder.event({ kind: "handler_failed", actorId, handler, detail: textOf(error) });
    },
    duplicateDropped: () => counts.duplicatesDropped.add(),
    indexSkipped: () => counts.indexSkips.add(),
    outgoingLost: (count) => {
      counts.outgoingLost.add("", count);
      recorder.event({ kind: "messages_lost", count });
    },
    limitReached: (limit, value) => recorder.limit(limit, value),
    frameDropped: () => counts.framesDropped.add(),
  };
}
