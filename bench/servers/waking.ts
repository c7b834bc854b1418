/**
 * Dormouse with actors that go to sleep as soon as they have answered: `echo`, which has no state,
 * and `counter`, which loads its state and commits it. A GET of `livesUrl` tells their {@link Lives}.
 */
import { defineActor } from "@/lib/actor/mod.ts";
import { socketUrl } from "./embedded.ts";
import { startProgram } from "./program.ts";

const echo = defineActor({
  websocket: {
    hibernate: true,
    open: (actor) => actor.sleep(),
    message(actor, socket, data) {
      socket.send(data);
      actor.sleep();
    },
  },
});

const counter = defineActor({
  state: () => ({ count: 0 }),
  websocket: {
    hibernate: true,
    open: (actor) => actor.sleep(),
    message(actor, socket) {
      actor.state.count++;
      socket.send(JSON.stringify({ count: actor.state.count }));
      actor.sleep();
    },
  },
});

const { dormouse, lives } = await startProgram({
  gateway: true,
  runner: { definitions: { echo, counter }, totalSlots: 100_000 },
});
const { port } = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: () => {} },
  () => Response.json(lives),
).addr;

console.log(JSON.stringify({
  echoUrl: `${socketUrl(dormouse, "echo")}&rvt-key=`,
  counterUrl: `${socketUrl(dormouse, "counter")}&rvt-key=`,
  livesUrl: `http://127.0.0.1:${port}`,
}));
