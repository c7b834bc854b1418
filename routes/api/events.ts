import { ServerSentEventStream } from "@std/http";
import { define } from "../../app_state.ts";

/** A snapshot, then what changes, as server-sent events. */
export const handler = define.handlers({
  GET: (ctx) => {
    const feed = ctx.state.inspector.watch();
    if (feed === null) {
      return Response.json(
        {
          group: "dashboard",
          code: "no_feed",
          message: "Too many watch, or the server is closing",
        },
        { status: 503 },
      );
    }
    return new Response(feed.pipeThrough(new ServerSentEventStream()), {
      headers: { "content-type": "text/event-stream" },
    });
  },
});
