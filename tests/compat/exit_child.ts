/** A program with one runner that never reaches its gateway, and that would run for ever. */
import { Runner } from "../../lib/compat/engine_runner.ts";

const done = () => Promise.resolve();
const runner = new Runner({
  version: 1,
  endpoint: "http://127.0.0.1:1",
  namespace: "default",
  totalSlots: 1,
  runnerName: "test",
  prepopulateActorNames: {},
  onConnected: () => {},
  onDisconnected: () => {},
  onShutdown: () => console.log("shut down"),
  fetch: () => Promise.resolve(new Response()),
  websocket: done,
  hibernatableWebSocket: { canHibernate: () => true },
  onActorStart: done,
  onActorStop: done,
  noAutoShutdown: Deno.args.includes("no-auto"),
  dormouse: { connect: () => Promise.reject(new Error("nobody there")) },
});
await runner.start();
setInterval(() => {}, 60_000);
console.log("started");
if (Deno.args.includes("exit")) await runner.shutdown(true, true);
