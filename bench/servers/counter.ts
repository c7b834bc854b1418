/**
 * Dormouse with the sample actors in one process, which also tells how late its event loop was: a GET
 * of `delaysUrl` answers with the delays since the GET before, and with the memory it takes.
 */
import { build } from "hdr-histogram-js";
import { socketUrl, startEmbedded } from "./embedded.ts";

const EVERY_MS = 1;

const startedAt = performance.now();
const dormouse = await startEmbedded(10_000);
const startMs = performance.now() - startedAt;

let delays = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000 });
let dueAt = performance.now() + EVERY_MS;
function sample(): void {
  const now = performance.now();
  delays.recordValue(Math.max(1, Math.round((now - dueAt) * 1000)));
  dueAt = now + EVERY_MS;
  setTimeout(sample, EVERY_MS);
}
setTimeout(sample, EVERY_MS);

const { port } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
  const seen = delays;
  delays = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000 });
  const [p50, p99] = [50, 99].map((it) => seen.getValueAtPercentile(it));
  return Response.json({ p50, p99, max: seen.maxValue, rss: Deno.memoryUsage().rss });
}).addr;

console.log(JSON.stringify({
  url: socketUrl(dormouse, "counter"),
  delaysUrl: `http://127.0.0.1:${port}`,
  startMs,
}));
