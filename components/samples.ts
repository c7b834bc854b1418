import type { GatewayAddress } from "../app_state.ts";
import type { RunnerView } from "../lib/gateway/view.ts";

/** What there is to try with each sample actor (`actors/`): what it does, and messages to send. */
export interface Sample {
  readonly name: string;
  readonly about: string;
  readonly quick: readonly string[];
}

export const SAMPLES: readonly Sample[] = [
  {
    name: "counter",
    about: "Counts, and keeps its count across sleep.",
    quick: ["inc", "get"],
  },
  { name: "echo", about: "Answers with what it was sent.", quick: ["hello"] },
  { name: "chat", about: "Tells everyone in the room, and keeps the last 100.", quick: ["hi all"] },
  { name: "clock", about: "Ticks by alarm, and sleeps between two ticks.", quick: [] },
];

/** An actor to try, and the name of the runners that have it. */
export interface Choice extends Sample {
  readonly runner: string;
}

/**
 * What connected runners announce, the samples first. All samples when nothing is announced: an
 * early runner cannot, and who asks for what is not there is told so.
 */
export function choicesOf(runners: readonly RunnerView[]): readonly Choice[] {
  const runnerOf = new Map<string, string>();
  for (const { state, name, actorNames } of runners) {
    if (state !== "connected") continue;
    for (const actor of actorNames) if (!runnerOf.has(actor)) runnerOf.set(actor, name);
  }
  if (runnerOf.size === 0) return SAMPLES.map((sample) => ({ ...sample, runner: "default" }));
  const known = SAMPLES.filter(({ name }) => runnerOf.has(name));
  const others = [...runnerOf.keys()].filter((name) => !known.some((one) => one.name === name))
    .sort()
    .map((name) => ({ name, about: "An actor of your own.", quick: [] }));
  return [...known, ...others].map((one) => ({ ...one, runner: runnerOf.get(one.name)! }));
}

/** Where an actor is asked by name and key over HTTP; it is made when there is none. */
export function actorUrl(
  { url: base, namespace }: GatewayAddress,
  name: string,
  key: string,
  runner: string,
): URL {
  const url = new URL(`${base}/gateway/${encodeURIComponent(name)}/`);
  url.searchParams.set("rvt-namespace", namespace);
  url.searchParams.set("rvt-method", "getOrCreate");
  url.searchParams.set("rvt-runner", runner);
  url.searchParams.set("rvt-key", key);
  return url;
}

/** Where a WebSocket to it is opened. */
export function socketUrl(
  gateway: GatewayAddress,
  name: string,
  key: string,
  hibernatable: boolean,
  runner: string,
): string {
  const url = actorUrl(gateway, name, key, runner);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  if (!hibernatable) url.searchParams.set("hibernate", "0");
  return url.href;
}
