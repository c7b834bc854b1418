import type { Host } from "../host/host.ts";
import type { Faults } from "../faults/mod.ts";
import type { Capture } from "./capture/capture.ts";
import type { AuditLog } from "./actions/audit_log.ts";
import type { InspectLimits } from "./limits.ts";
import type { Promises } from "./promises/promises.ts";
import type { Recorder } from "./recorder.ts";
import type { ShownStates } from "./shown_states.ts";
import type { RequestCapture } from "./requests/request_capture.ts";
import type { Role } from "./snapshot.ts";
import type { InspectSource } from "./source.ts";
import type { Trace } from "./trace/trace.ts";

/** Everything that there is to look at: what was recorded, and how things stand now. */
export interface Inspected {
  readonly host: Host;
  readonly role: Role;
  /** Changes when the process does: ids of log entries count anew then. */
  readonly instance: string;
  readonly startedTs: number;
  readonly limits: InspectLimits;
  readonly recorder: Recorder;
  readonly capture: Capture;
  readonly trace: Trace;
  /** HTTP requests with their heads and bodies. */
  readonly requests: RequestCapture;
  /** `null` where nothing goes wrong on purpose. */
  readonly faults: Faults | null;
  /** `null` where one end of the tunnel is elsewhere. */
  readonly promises: Promises | null;
  readonly source: InspectSource;
  readonly states: ShownStates;
  /** What was done by hand. */
  readonly audit: AuditLog;
}
