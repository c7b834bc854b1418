import { defineActor } from "../lib/actor/mod.ts";
import { unlessRefused } from "./hibernate.ts";

/** Text `inc` adds one, `get` reads; both answer `{"count":n}`, as does HTTP GET on any path. */
export default defineActor({
  state: () => ({ count: 0 }),
  fetch(actor, request) {
    if (request.method === "GET") return Response.json({ count: actor.state.count });
    return new Response("Only GET is answered here", { status: 405, headers: { allow: "GET" } });
  },
  websocket: {
    hibernate: unlessRefused,
    message(actor, socket, data) {
      if (data === "inc") actor.state.count++;
      else if (data !== "get") return;
      socket.send(JSON.stringify({ count: actor.state.count }));
    },
  },
});
