import type { Scenario } from "../scenario.ts";
import { actors } from "./actors.ts";
import { alarms } from "./alarms.ts";
import { faults } from "./faults.ts";
import { hibernation } from "./hibernation.ts";
import { http } from "./http.ts";
import { kv } from "./kv.ts";
import { websocket } from "./websocket.ts";

/** Every scenario, under the title that it has in the table. */
export const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  "Actors": actors,
  "HTTP": http,
  "WebSocket": websocket,
  "Sleep and wake": hibernation,
  "Alarms and events": alarms,
  "Key-value store": kv,
  "What breaks": faults,
};
