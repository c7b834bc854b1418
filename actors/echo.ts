import { defineActor } from "../lib/actor/mod.ts";
import { unlessRefused } from "./hibernate.ts";

/** Answers each WebSocket message with the same bytes and type, and each HTTP body with itself. */
export default defineActor({
  fetch: (_actor, request) => {
    const type = request.headers.get("content-type");
    return new Response(request.body, type === null ? {} : { headers: { "content-type": type } });
  },
  websocket: {
    hibernate: unlessRefused,
    message(_actor, socket, data) {
      socket.send(data);
    },
  },
});
