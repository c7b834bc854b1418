/**
 * Loaded ahead of `main.ts` by `bench/profile.ts`: V8's profiler, from within. Through the inspector's
 * port Deno would report each message to it, which costs more than the message.
 *
 * From SIGUSR2 on it profiles, until the next, and writes what it saw to `profile.json` in the data
 * directory.
 */
import { Session } from "node:inspector/promises";

const session = new Session();
session.connect();
let isOn = false;
Deno.addSignalListener("SIGUSR2", async () => {
  isOn = !isOn;
  if (isOn) {
    await session.post("Profiler.enable");
    await session.post("Profiler.start");
    return;
  }
  const { profile } = await session.post("Profiler.stop");
  const directory = Deno.env.get("DORMOUSE_DATA_DIR")!;
  await Deno.writeTextFile(`${directory}/profile.part`, JSON.stringify(profile));
  await Deno.rename(`${directory}/profile.part`, `${directory}/profile.json`);
});
