import { defineActor } from "../lib/actor/mod.ts";
import { unlessRefused } from "./hibernate.ts";

/** How many of the last texts a room remembers. */
const KEPT = 100;

/**
 * Sends each text to every socket of the room, the sender's too, as it is. Remembers the last 100,
 * and answers an HTTP GET with them: `{"messages":["…"]}`, oldest first. Binary messages are ignored.
 */
export default defineActor({
  state: () => ({ messages: [] as string[] }),
  fetch: (actor) => Response.json({ messages: actor.state.messages }),
  websocket: {
    hibernate: unlessRefused,
    message(actor, _socket, data) {
      if (typeof data !== "string") return;
      const { messages } = actor.state;
      messages.push(data);
      if (messages.length > KEPT) messages.shift();
      actor.broadcast(data);
    },
  },
});
