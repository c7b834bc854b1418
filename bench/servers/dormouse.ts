/** Dormouse in one process. Prints the URL of an echo. */
import { socketUrl, startEmbedded } from "./embedded.ts";

const dormouse = await startEmbedded(1_000);
console.log(JSON.stringify({ url: `${socketUrl(dormouse, "echo")}&rvt-key=bench` }));
