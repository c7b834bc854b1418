/**
 * The actor that the scenarios play with, written once for every runner: Dormouse's hosts it as it
 * is, a runner of others by way of `reference_program.ts`. It never sleeps by itself.
 *
 * Texts that it knows are below; any other text or binary message comes back as it is. A socket is
 * hibernatable unless opened with `?hibernate=0`, is refused with `?refuse`, and is told with
 * `?greet` what its actor saw of it.
 */
import {
  type ActorContext,
  type ActorKv,
  type ActorSocket,
  defineActor,
  type SocketRequest,
} from "../../lib/actor/mod.ts";

/** What it remembers, across sleeps and crashes; `state` and GET `/state` answer with it. */
export interface ProbeState {
  count: number;
  notes: string[];
  /** Times that it was brought into memory. */
  starts: number;
  opens: number;
  /** Each `code reason`. */
  closes: string[];
  alarms: number;
}

type Probe = ActorContext<ProbeState>;

/** Texts: a word, and what follows it after a space. */
const MESSAGES: Readonly<
  Record<string, (actor: Probe, socket: ActorSocket, rest: string) => void>
> = {
  inc: (actor, socket) => socket.send(JSON.stringify({ count: ++actor.state.count })),
  /** Remembers a text, and says nothing. */
  note: (actor, _socket, text) => void actor.state.notes.push(text),
  state: (actor, socket) => socket.send(JSON.stringify(actor.state)),
  /** `swell 1000` makes its one note so long. */
  swell(actor, socket, length) {
    actor.state.notes = ["x".repeat(Number(length))];
    socket.send("swollen");
  },
  /** How long its notes are, all together. */
  weigh: (actor, socket) => socket.send(`${actor.state.notes.join("").length}`),
  attach(_actor, socket, text) {
    socket.attachment = text;
    socket.send("attached");
  },
  attachment: (_actor, socket) => socket.send(String(socket.attachment)),
  /** `close 4001 because` */
  close(_actor, socket, rest) {
    const [code, ...reason] = rest.split(" ");
    socket.close(Number(code), reason.join(" "));
  },
  broadcast: (actor, _socket, text) => actor.broadcast(text),
  /** `burst 3` sends 0, 1 and 2. */
  burst(_actor, socket, count) {
    for (let i = 0; i < Number(count); i++) socket.send(`${i}`);
  },
  /** `alarm 100` in so many milliseconds, `alarm off` none. */
  alarm(actor, socket, ms) {
    actor.setAlarm(ms === "off" ? null : actor.now() + Number(ms));
    socket.send("alarm set");
  },
  sleep: (actor) => actor.sleep(),
  destroy: (actor) => actor.destroy(),
};

/** First segment of a path to what answers it. */
const ROUTES: Readonly<
  Record<string, (actor: Probe, request: Request, rest: string) => Response | Promise<Response>>
> = {
  state: (actor) => Response.json(actor.state),
  inc: (actor) => Response.json({ count: ++actor.state.count }),
  /** What the actor sees of the request. */
  request: async (_actor, request) => {
    const { pathname, search } = new URL(request.url);
    const body = await request.text();
    const headers = Object.fromEntries(request.headers);
    return Response.json({ method: request.method, path: pathname + search, headers, body });
  },
  /** The body as it came. */
  echo: async (_actor, request) =>
    new Response(await request.arrayBuffer(), {
      headers: { "content-type": request.headers.get("content-type") ?? "text/plain" },
    }),
  /** `/status/404` */
  status(_actor, _request, rest) {
    const status = Number(rest);
    return new Response(status === 204 || status === 304 ? null : `status ${rest}`, { status });
  },
  headers: () =>
    new Response("ok", { headers: { "x-probe": "one, two", "content-type": "text/x-probe" } }),
  throw(): never {
    throw new Error("Thrown by the probe");
  },
  /** `/wait/200` answers after so many milliseconds. */
  async wait(_actor, _request, ms) {
    await new Promise((resolve) => setTimeout(resolve, Number(ms)));
    return new Response("waited");
  },
  input: (actor) => new Response(actor.input === null ? "none" : actor.input.slice()),
  /** Of the runner that hosts it. */
  version: () => new Response(Deno.env.get("RIVET_RUNNER_VERSION")),
  /** What it is: `{name, key}`. */
  identity: (actor) => Response.json({ name: actor.name, key: actor.key }),
  sleep(actor) {
    actor.sleep();
    return new Response("sleeps");
  },
  destroy(actor) {
    actor.destroy();
    return new Response("ends");
  },
  /** `/alarm/100` */
  alarm(actor, _request, ms) {
    actor.setAlarm(actor.now() + Number(ms));
    return new Response("alarm set");
  },
  kv: async (actor, request) => Response.json(await kvCall(actor.kv, await request.json())),
};

/** What is to be done with the actor's KV. Keys and values are text. */
export type KvCall =
  | { readonly op: "get"; readonly key: string }
  | { readonly op: "put"; readonly entries: readonly (readonly [string, string])[] }
  | { readonly op: "delete"; readonly keys: readonly string[] }
  | {
    readonly op: "list";
    readonly prefix?: string;
    readonly start?: string;
    readonly end?: string;
    readonly reverse?: boolean;
    readonly limit?: number;
  }
  /** Puts `count` entries of these sizes. */
  | {
    readonly op: "fill";
    readonly count: number;
    readonly keyBytes: number;
    readonly valueBytes: number;
  };

async function kvCall(kv: ActorKv, call: KvCall): Promise<unknown> {
  try {
    switch (call.op) {
      case "get":
        return { value: await kv.getText(call.key) ?? null };
      case "put":
        await kv.put(call.entries);
        return {};
      case "delete":
        await kv.delete(...call.keys);
        return {};
      case "list": {
        const { op: _, ...options } = call;
        const text = new TextDecoder();
        const entries = await kv.list(options);
        return { entries: entries.map(({ key, value }) => [text.decode(key), text.decode(value)]) };
      }
      case "fill": {
        const keys = Array.from(
          { length: call.count },
          (_, i) => `${i}`.padEnd(call.keyBytes, "k"),
        );
        await kv.put(keys.map((key) => [key, "v".repeat(call.valueBytes)]));
        return {};
      }
    }
  } catch (error) {
    return { error: (error as Error).message };
  }
}

export const probe = defineActor<ProbeState>({
  state: () => ({ count: 0, notes: [], starts: 0, opens: 0, closes: [], alarms: 0 }),
  sleepAfter: false,
  start: (actor) => void actor.state.starts++,
  alarm: (actor) => void actor.state.alarms++,
  fetch(actor, request) {
    const [, name = "", rest = ""] = new URL(request.url).pathname.split("/");
    return ROUTES[name]?.(actor, request, rest) ?? new Response("no such route", { status: 404 });
  },
  websocket: {
    hibernate: ({ path }) => !queryOf(path).has("hibernate", "0"),
    open(actor, socket, request) {
      if (queryOf(request.path).has("refuse")) throw new Error("Refused by the probe");
      actor.state.opens++;
      if (queryOf(request.path).has("greet")) socket.send(greeting(request));
    },
    message(actor, socket, data) {
      const [, word = "", rest = ""] = typeof data === "string" ? /^(\S*) ?(.*)$/s.exec(data)! : [];
      if (Object.hasOwn(MESSAGES, word)) MESSAGES[word]!(actor, socket, rest);
      else socket.send(data);
    },
    close: (actor, _socket, code, reason) => void actor.state.closes.push(`${code} ${reason}`),
  },
});

function greeting({ path, headers }: SocketRequest): string {
  return JSON.stringify({ path, headers: Object.fromEntries(headers) });
}

function queryOf(path: string): URLSearchParams {
  const at = path.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : path.slice(at));
}
