import { type ActorDefinition, defineActor } from "../../lib/actor/mod.ts";
import type { ActorContext, ActorSocket } from "../../lib/actor/mod.ts";
import type { Host } from "../../lib/host/host.ts";

/** What the actor under test keeps. */
export interface Ledger {
  /** The number of the last message of each client, by the client's number. */
  seen: number[];
  /** The attachment that each client's socket has. */
  attached: (number | null)[];
  /** How many messages in all. */
  count: number;
  /** How often each POST was taken. */
  posts: Record<string, number>;
  alarms: number;
  /** What must never be, in words. */
  wrong: string[];
  /** Makes the state as large as a seed wants it. */
  ballast: string;
}

/** What a message asks of the actor, besides being counted. */
export type Command =
  | "answer"
  | "quiet"
  /** Takes 25 ms. */
  | "slow"
  /** Three answers. */
  | "burst"
  | "attach"
  /** An alarm in 200 ms. */
  | "alarm"
  | "sleep";

/** One message of a client, as a text or as bytes. */
export interface Said {
  readonly client: number;
  readonly number: number;
  readonly command: Command;
}

/** What the actor tells the world of itself, past every tunnel. */
export interface ActorWatch {
  /** A handler begins. */
  begins(actorId: string): void;
  /** The message is handled. */
  handled(client: number, number: number): void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function say(said: Said, binary: boolean, padding: number): string | Uint8Array {
  const text = `${said.client} ${said.number} ${said.command} ${"-".repeat(padding)}`;
  return binary ? encoder.encode(text) : text;
}

/** The answer that a client gets: to which message, and how many there were when it was handled. */
export function readAnswer(data: string | Uint8Array): Said & { count: number; part: number } {
  const text = typeof data === "string" ? data : decoder.decode(data);
  const [client, number, command, count, part] = text.split(" ");
  return {
    client: Number(client),
    number: Number(number),
    command: command as Command,
    count: Number(count),
    part: Number(part),
  };
}

/** Counts each message of each client once, and knows when it did not. */
export function simActor(
  host: Host,
  watch: ActorWatch,
  { sleepAfterMs, ballast }: { sleepAfterMs: number | false; ballast: number },
): ActorDefinition {
  function handle(
    actor: ActorContext<Ledger>,
    socket: ActorSocket,
    { client, number, command }: Said,
  ): void {
    const { state } = actor;
    while (state.seen.length <= client) {
      state.seen.push(0);
      state.attached.push(null);
    }
    const last = state.seen[client]!;
    if (number !== last + 1) state.wrong.push(`client ${client}: ${number} came after ${last}`);
    const attached = state.attached[client]!;
    if ((socket.attachment ?? null) !== attached) {
      state.wrong.push(`client ${client}: attached is ${socket.attachment}, not ${attached}`);
    }
    state.seen[client] = number;
    state.count++;
    if (ballast > 0) state.ballast = `${number}`.padEnd(ballast, "=");
    if (command === "attach") socket.attachment = state.attached[client] = number;
    if (command === "alarm") actor.setAlarm(actor.now() + 200);
    if (command === "sleep") actor.sleep();
    const parts = command === "quiet" ? 0 : command === "burst" ? 3 : 1;
    for (let part = 0; part < parts; part++) {
      socket.send(`${client} ${number} ${command} ${state.count} ${part}`);
    }
    watch.handled(client, number);
  }

  return defineActor<Ledger>({
    state: () => ({
      seen: [],
      attached: [],
      count: 0,
      posts: {},
      alarms: 0,
      wrong: [],
      ballast: "",
    }),
    sleepAfter: sleepAfterMs,
    async fetch(actor, request) {
      watch.begins(actor.id);
      if (request.method === "POST") {
        const id = new URL(request.url).pathname.slice(1);
        actor.state.posts[id] = (actor.state.posts[id] ?? 0) + 1;
      } else if (request.url.endsWith("slow")) {
        await new Promise<void>((resolve) => void host.after(40, resolve));
      }
      return new Response(`${actor.state.count}`);
    },
    alarm(actor) {
      watch.begins(actor.id);
      actor.state.alarms++;
    },
    websocket: {
      hibernate: ({ path }) => !path.includes("hibernate=0"),
      message(actor, socket, data): void | Promise<void> {
        watch.begins(actor.id);
        const said = readAnswer(data);
        if (said.command !== "slow") return handle(actor, socket, said);
        return new Promise<void>((resolve) => void host.after(25, resolve))
          .then(() => handle(actor, socket, said));
      },
    },
  }) as ActorDefinition;
}
