import type { FaultEnd, FaultObserver } from "../faults/mod.ts";
import type { Recorder } from "./recorder.ts";

const WHY: Readonly<Record<FaultEnd, string>> = {
  time: "its time is over",
  hand: "somebody mended it",
  replaced: "another one took its place",
  full: "what waited took all the room there is",
};

/** Writes into the event log what goes wrong on purpose, and until when. */
export function faultObserver(recorder: Recorder): FaultObserver {
  return {
    began: ({ on, says, sinceTs, untilTs }) => {
      const howLong = untilTs === sinceTs ? "once" : `for ${untilTs - sinceTs} ms`;
      recorder.event({ kind: "fault", on, detail: `on purpose, ${howLong}: ${says}` });
    },
    ended: ({ on, says, kept }, why) => {
      const rest = kept === 0 ? "" : `; what waited goes on: ${kept}`;
      recorder.event({ kind: "fault", on, detail: `no longer: ${says}; ${WHY[why]}${rest}` });
    },
    limitReached: (limit, value) => recorder.limit(limit, value),
  };
}
