import { type HandlerByMethod, HttpError } from "fresh";
import { ServerSentEventStream } from "@std/http";
import type { AppState } from "../app_state.ts";
import { answerOf, type Topic } from "../lib/inspect/api/mod.ts";
import { lookFor } from "./look.ts";

/** Topics that one stream may have. */
const MOST_TOPICS = 16;

/** What is at this address: as JSON, or as server-sent events for who accepts only those. */
export const served: HandlerByMethod<unknown, AppState> = {
  GET: async ({ req, url, state }) => {
    if (wantsEvents(req.headers)) return stream(state, [topicAt(state, url.pathname + url.search)]);
    const { resource, look } = lookFor(state, url);
    return Response.json(await answerOf(resource, look));
  },
};

/** Several resources in one stream: browsers have few connections to a host. */
export const servedTogether: HandlerByMethod<unknown, AppState> = {
  GET: ({ url, state }) => {
    const names = url.searchParams.getAll("watch");
    if (names.length === 0 || names.length > MOST_TOPICS) {
      throw new HttpError(
        400,
        `The query has \`watch\` ${names.length} times, wanted is once for each resource, ` +
          `from 1 to ${MOST_TOPICS} times`,
      );
    }
    return stream(state, names.map((name) => topicAt(state, name)));
  },
};

function wantsEvents(headers: Headers): boolean {
  return /^\s*text\/event-stream\b/.test(headers.get("accept") ?? "");
}

/** `name`: a path with its query. A log may be asked for what is `after=` an entry. */
function topicAt(state: AppState, name: string): Topic {
  const address = new URL(name, "http://localhost");
  const after = address.searchParams.get("after");
  address.searchParams.delete("after");
  return { name: nameOf(address), after, ...lookFor(state, address) };
}

function nameOf({ pathname, search }: URL): string {
  return pathname + search;
}

function stream({ inspector }: AppState, topics: readonly Topic[]): Response {
  const feed = inspector.watch(topics);
  if (feed === null) {
    const message = "Too many watch, or the server is closing";
    return Response.json({ group: "dashboard", code: "no_feed", message }, { status: 503 });
  }
  return new Response(feed.pipeThrough<Uint8Array>(new ServerSentEventStream()), {
    headers: { "content-type": "text/event-stream" },
  });
}
