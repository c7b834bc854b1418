/** Dormouse's runner with the probe, in a process of its own. */
import { loadConfig } from "../../lib/config/mod.ts";
import { startDormouse, systemHost } from "../../lib/mod.ts";
import { probe } from "./probe.ts";

const { runner } = loadConfig({ ...Deno.env.toObject(), DORMOUSE_ROLE: "runner" });
const dormouse = await startDormouse({
  host: systemHost,
  version: "interop",
  runner: {
    ...runner,
    definitions: { probe },
    observer: {
      connection(state, detail) {
        if (state === "connected") console.log("tunnel: connected");
        else if (state !== "connecting") console.log(`tunnel: lost, ${state} ${detail}`);
      },
      actorStopped: (id, _name, generation, code, why) =>
        console.log(`stopped ${id} ${generation} ${code}: ${why}`),
      handlerFailed: (id, handler, error) => console.log(`failed ${id} ${handler}: ${error}`),
      frameDropped: (why) => console.log(`dropped a frame: ${why}`),
      outgoingLost: (count) => console.log(`lost ${count} outgoing`),
    },
  },
  onError: (error) => console.error(error),
});

Deno.addSignalListener("SIGTERM", async () => {
  await dormouse.shutdown(runner.options.shutdownMs);
  Deno.exit(0);
});
