import type { Scenario } from "../scenario.ts";
import { actors } from "./actors.ts";
import { alarms } from "./alarms.ts";
import { faults } from "./faults.ts";
import { gateways } from "./gateways.ts";
import { hibernation } from "./hibernation.ts";
import { http } from "./http.ts";
import { kv } from "./kv.ts";
import { runners } from "./runners.ts";
import { websocket } from "./websocket.ts";

/** Scenarios under the title that they have in the document. */
export interface Section {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
  /** What they bring along and script: only the other side changes. */
  readonly scripts?: "runner" | "gateway";
}

export const SECTIONS: readonly Section[] = [
  { title: "Actors", scenarios: actors },
  { title: "HTTP", scenarios: http },
  { title: "WebSocket", scenarios: websocket },
  { title: "Sleep and wake", scenarios: hibernation },
  { title: "Alarms and events", scenarios: alarms },
  { title: "Key-value store", scenarios: kv },
  { title: "What breaks", scenarios: faults },
  { title: "A scripted runner", scenarios: gateways, scripts: "runner" },
  { title: "A scripted gateway", scenarios: runners, scripts: "gateway" },
];
