import type { Scenario } from "../scenario.ts";
import { actors } from "./actors.ts";
import { alarms } from "./alarms.ts";
import { faults } from "./faults.ts";
import { gateways } from "./gateways.ts";
import { hibernation } from "./hibernation.ts";
import { http } from "./http.ts";
import { kv } from "./kv.ts";
import { websocket } from "./websocket.ts";

/** Scenarios under the title that they have in the document. */
export interface Section {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
  /** They bring a runner that they script: only the gateway changes. */
  readonly scripted?: true;
}

export const SECTIONS: readonly Section[] = [
  { title: "Actors", scenarios: actors },
  { title: "HTTP", scenarios: http },
  { title: "WebSocket", scenarios: websocket },
  { title: "Sleep and wake", scenarios: hibernation },
  { title: "Alarms and events", scenarios: alarms },
  { title: "Key-value store", scenarios: kv },
  { title: "What breaks", scenarios: faults },
  { title: "A scripted runner", scenarios: gateways, scripted: true },
];
