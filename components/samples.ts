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

/** Where a WebSocket to an actor is opened, by name and key; the actor is made when there is none. */
export function socketUrl(
  gatewayUrl: string,
  name: string,
  key: string,
  hibernatable: boolean,
): string {
  const url = new URL(`/gateway/${encodeURIComponent(name)}/`, gatewayUrl);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("rvt-namespace", "default");
  url.searchParams.set("rvt-method", "getOrCreate");
  url.searchParams.set("rvt-runner", "default");
  url.searchParams.set("rvt-key", key);
  if (!hibernatable) url.searchParams.set("hibernate", "0");
  return url.href;
}
