import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type ActorDefinition, defineActor } from "@/lib/actor/mod.ts";
import { type Dormouse, startDormouse } from "@/lib/dormouse.ts";
import { StoreError } from "@/lib/gateway/gateway_store.ts";
import { systemHost } from "@/lib/host/system_host.ts";
import { actorId } from "@/lib/protocol/ids.ts";
import { withDirectory } from "../store/temp_directory.ts";
import { Client } from "../support/client.ts";
import { until } from "../support/system.ts";

const CLIENTS = 6;
const MESSAGES = 150;
const IN_FLIGHT = 10;
const DATABASE_BYTES = 2 * 1024 * 1024;
const FILLER = actorId("filler");
/** A ledger grows with each message, so that its commits need room. */
const PADDING = "-".repeat(400);

const ledger = defineActor<{ entries: string[] }>({
  state: () => ({ entries: [] }),
  fetch: (actor) => Response.json(actor.state.entries),
  websocket: {
    hibernate: true,
    message(actor, socket, data) {
      actor.state.entries.push(data as string);
      socket.send((data as string).replace(PADDING, ""));
    },
  },
}) as ActorDefinition;

Deno.test("a disk that fills up under load costs no answered message, and all goes on once there is room", () =>
  withDirectory(async (directory) => {
    let failures = 0;
    const dormouse = await start(directory, (error) => {
      assert(error instanceof StoreError && error.code === "store.disk_full", String(error));
      failures++;
    });
    const { store } = dormouse.gateway!;
    const gaps: string[] = [];
    const writing = Promise.all(
      Array.from({ length: CLIENTS }, (_, i) => write(dormouse, `ledger-${i}`, gaps)),
    );

    const { message } = await fill(dormouse);
    assertStringIncludes(message, "free space");
    assertStringIncludes(message, "databaseBytes");
    await until("commits fail for want of room", () => failures > CLIENTS);
    await store.kv.drop(FILLER);
    const clients = await writing;

    for (const [i, { answered, sent, unanswered }] of clients.entries()) {
      const response = await fetch(
        `${dormouse.gatewayUrl}/gateway/ledger/?rvt-method=get&rvt-key=ledger-${i}`,
      );
      const entries = (await response.json() as string[]).map((it) => it.replace(PADDING, ""));
      assertEquals(new Set(entries).size, entries.length, "an entry counts twice");
      // What is not answered although its client was told of the end may count or not.
      assertEquals(entries.filter((it) => !unanswered.has(it)), answered);
      assertEquals(sent.filter((it) => entries.includes(it)), entries, "out of order");
    }
    for (const gap of gaps) assertStringIncludes(gap, "Closed 1");
    await dormouse.shutdown(5_000);
  }));

interface Written {
  readonly sent: string[];
  readonly answered: string[];
  /** Sent on a socket that was closed before the answer. */
  readonly unanswered: Set<string>;
}

/** Sends until enough is answered, on a new socket when one was closed. */
async function write(dormouse: Dormouse, key: string, gaps: string[]): Promise<Written> {
  const url = `${dormouse.gatewayUrl!.replace("http", "ws")}/gateway/ledger/` +
    `?rvt-method=getOrCreate&rvt-key=${key}`;
  const sent: string[] = [];
  const answered: string[] = [];
  const unanswered = new Set<string>();
  while (answered.length < MESSAGES) {
    const client = await Client.open(url);
    const waiting: string[] = [];
    try {
      while (answered.length < MESSAGES || waiting.length > 0) {
        while (waiting.length < IN_FLIGHT && answered.length + waiting.length < MESSAGES) {
          const message = `${key}:${sent.length}`;
          sent.push(message);
          waiting.push(message);
          client.send(message + PADDING);
        }
        assertEquals(await client.next(), waiting[0]);
        answered.push(waiting.shift()!);
      }
      await client.close();
    } catch (error) {
      gaps.push(String(error));
      for (const message of waiting) unanswered.add(message);
    }
  }
  return { sent, answered, unanswered };
}

/** Fills the database to its last page, beside the actors that want it too. */
async function fill({ gateway }: Dormouse): Promise<Error> {
  let size = 64 * 1024;
  for (let i = 0;; i++) {
    try {
      const key = new TextEncoder().encode(`${i}`);
      await gateway!.store.kv.put(FILLER, [key], [new Uint8Array(size)], 1);
    } catch (error) {
      if (size === 1) return error as Error;
      size /= 2;
    }
  }
}

function start(directory: string, commitFailed: (error: unknown) => void): Promise<Dormouse> {
  return startDormouse({
    host: systemHost,
    version: "test",
    gateway: {
      hostname: "127.0.0.1",
      port: 0,
      dataDir: directory,
      token: "test",
      allowedHosts: [],
      allowedOrigins: [],
      options: {},
      store: {
        options: { databaseBytes: DATABASE_BYTES },
        observer: { commitFailed: (_operations, error) => commitFailed(error) },
      },
    },
    runner: {
      definitions: { ledger },
      name: "default",
      totalSlots: 100,
      version: 1,
      namespace: "default",
      protocolVersion: 7,
      endpoint: null,
      token: null,
      options: {},
    },
    onError: (error) => {
      throw error;
    },
  });
}
