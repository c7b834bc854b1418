/**
 * A scripted gateway that feeds one runner, whoever wrote it: the same frames, of v7 and without what
 * only Dormouse understands. Prints its URL; a POST of a {@link Feed} to it is answered with a
 * {@link Fed}, once that is measured. A runner can be fed once.
 */
import { VirtualHost } from "@/lib/host/virtual_host.ts";
import {
  advance,
  CURRENT_VERSION,
  decodeToServer,
  encodeToClient,
  FRAME_BYTES,
  type MessageIndex,
  RIVET_PROTOCOL,
  type ToServer,
} from "@/lib/protocol/mod.ts";
import { acceptWebSocket } from "@/lib/transport/accept_websocket.ts";
import type { Link } from "@/lib/transport/link.ts";
import { eventually } from "@/tests/interop/gateway_side.ts";
import { type FakeClient, FakeGateway, GATEWAY } from "@/tests/support/fake_gateway.ts";
import { wait } from "../loads/round_trips.ts";
import { cpuSeconds } from "../process.ts";

export interface Feed {
  readonly sockets: number;
  /** At most so many of them on one actor. */
  readonly socketsOfAnActor: number;
  /** And thereby acked: true. */
  readonly hibernatable: boolean;
  readonly payloadBytes: number;
  /** Messages without an answer, of all sockets together, which take turns. */
  readonly underWay: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  /** The runner's process. */
  readonly pid: number;
}

export interface Fed {
  readonly messagesPerSecond: number;
  /** Processor time of the runner for a message and its answer. */
  readonly runnerMicroseconds: number;
  /** Of this process. As much as the runner's, and it is this process that was measured. */
  readonly gatewayMicroseconds: number;
  readonly acksPerMessage: number;
}

const PING_MS = 3_000;
const OPEN_MS = 120_000;
/** Opens on their way: a runner that goes through all sockets for each must keep up. */
const OPENED_AT_ONCE = 500;
/**
 * From the socket of one message to that of the next, prime to their number: a slow runner comes to a
 * few of ten thousand only, and what it finds first in a list must not be all of them.
 */
const STRIDE = 3_821;

/** What the fake gateway does not: a runner in another process, and messages by the thousand. */
class Feeder {
  /** Its clients are made up. */
  readonly #fake = new FakeGateway(new VirtualHost({ epochStart: Date.now() }));
  #link: Link | undefined;
  #lost: string | undefined;
  #sockets: { readonly client: FakeClient; lastIndex: MessageIndex }[] = [];
  #next = 0;
  #echoes = 0;
  #acks = 0;
  #data = new Uint8Array();
  #opened = 0;

  accept(link: Link): void {
    this.#link = link;
    // What the fake gateway keeps of all that it hears would grow by every message.
    this.#fake.attach({
      protocol: link.protocol,
      get bufferedBytes() {
        return link.bufferedBytes;
      },
      send: (frame) => link.send(frame),
      close: (code, reason) => link.close(code, reason),
      start: ({ onFrame, onClose }) =>
        link.start({
          onFrame: (frame) => {
            if (!this.#hear(decodeToServer(frame, CURRENT_VERSION))) onFrame(frame);
          },
          onClose: (end) => {
            this.#lost = `The tunnel was lost: ${end.code} ${end.reason}`;
            onClose(end);
          },
        }),
    });
    setInterval(() => this.#fake.say({ kind: "ping", ts: BigInt(Date.now()) }), PING_MS);
  }

  async feed(want: Feed): Promise<Fed> {
    await this.#open(want);
    this.#data = new Uint8Array(want.payloadBytes).fill(120);
    for (let i = 0; i < want.underWay; i++) this.#send();
    await wait(want.warmupMs);
    const runnerBefore = cpuSeconds([want.pid]);
    const gatewayBefore = cpuSeconds([Deno.pid]);
    const startedAt = performance.now();
    this.#echoes = this.#acks = 0;
    await wait(want.measureMs);
    const seconds = (performance.now() - startedAt) / 1000;
    const echoes = this.#echoes;
    if (this.#lost !== undefined) throw new Error(this.#lost);
    if (echoes === 0) throw new Error("No message came back");
    return {
      messagesPerSecond: echoes / seconds,
      runnerMicroseconds: (cpuSeconds([want.pid]) - runnerBefore) * 1e6 / echoes,
      gatewayMicroseconds: (cpuSeconds([Deno.pid]) - gatewayBefore) * 1e6 / echoes,
      acksPerMessage: this.#acks / echoes,
    };
  }

  async #open({ sockets, socketsOfAnActor, hibernatable }: Feed): Promise<void> {
    await this.#eventually("a runner has come", () => this.#fake.isConnected);
    const actors = Math.ceil(sockets / socketsOfAnActor);
    for (let i = 0; i < actors; i++) await this.#fake.start(`actor-${i}`, { name: "echo" });
    await this.#eventually("all actors run", () => {
      const events = this.#fake.heard.flatMap((it) => it.kind === "events" ? it.events : []);
      return events.filter(({ event }) => event.kind === "running").length === actors;
    });
    const path = hibernatable ? "/" : "/?hibernate=0";
    while (this.#sockets.length < sockets) {
      const some = Math.min(OPENED_AT_ONCE, sockets - this.#sockets.length);
      for (let i = 0; i < some; i++) {
        const client = await this.#fake.open(`actor-${this.#sockets.length % actors}`, path);
        this.#sockets.push({ client, lastIndex: 0 as MessageIndex });
      }
      await this.#eventually("sockets are open", () => this.#opened === this.#sockets.length);
    }
    const wrong = this.#sockets.some(({ client }) => client.canHibernate !== hibernatable);
    if (wrong) throw new Error(`Not every socket is ${hibernatable ? "acked" : "plain"}`);
  }

  #eventually(what: string, isSo: () => boolean): Promise<boolean> {
    return eventually(what, () => {
      if (this.#lost !== undefined) throw new Error(this.#lost);
      return isSo();
    }, OPEN_MS);
  }

  #send(): void {
    const socket = this.#sockets[this.#next]!;
    this.#next = (this.#next + STRIDE) % this.#sockets.length;
    const messageIndex = socket.lastIndex = advance(socket.lastIndex);
    const messageId = { gatewayId: GATEWAY, requestId: socket.client.requestId, messageIndex };
    const body = { kind: "webSocketMessage", data: this.#data, binary: true } as const;
    this.#link!.send(encodeToClient({ kind: "tunnel", messageId, body }, CURRENT_VERSION));
  }

  /** Whether that is all that there is to do about it. */
  #hear(message: ToServer): boolean {
    if (message.kind !== "tunnel") return false;
    switch (message.body.kind) {
      case "webSocketMessage":
        this.#echoes++;
        this.#send();
        return true;
      case "webSocketMessageAck":
        this.#acks++;
        return true;
      case "webSocketOpen":
        this.#opened++;
        return false;
      case "webSocketClose":
        this.#lost = `A socket was closed: ${message.body.code} ${message.body.reason}`;
        return false;
      default:
        return false;
    }
  }
}

const feeder = new Feeder();
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
  if (request.method === "POST") return Response.json(await feeder.feed(await request.json()));
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  response.headers.set("sec-websocket-protocol", RIVET_PROTOCOL);
  feeder.accept(acceptWebSocket(socket, { maxFrameBytes: FRAME_BYTES }));
  return response;
});
console.log(JSON.stringify({ url: `http://127.0.0.1:${server.addr.port}` }));
