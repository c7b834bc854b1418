/** What a version cannot say is refused, never said otherwise (`wire.md`, "What each version changed"). */
import { partialDeepStrictEqual } from "node:assert";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  actorId,
  EncodeError,
  encodeToClient,
  encodeToServer,
  gatewayId,
  messageIndex,
  requestId,
  runnerId,
  SUPPORTED_VERSIONS,
  type ToClient,
  type ToClientTunnelBody,
  type ToServer,
  type ToServerTunnelBody,
} from "@/lib/protocol/mod.ts";
import { type Direction, TO_CLIENT, TO_SERVER } from "./differential.ts";
import { packedIds } from "./packed_ids.ts";

const request = { gatewayId: gatewayId(1), requestId: requestId(2) };
const messageId = { ...request, messageIndex: messageIndex(3) };
const legacyIds = packedIds(messageId);
const checkpoint = { actorId: actorId("a"), generation: 1, index: 5n };
const config = { name: "n", key: null, createTs: 1n, input: null };
const bytes = Uint8Array.of(1);
const message = { kind: "webSocketMessage", data: bytes, binary: true } as const;

/** What is said, by which versions from the first to the last. */
type Row<Message> = readonly [what: string, first: number, last: number, message: Message];

const tunnelToServer = (body: ToServerTunnelBody): ToServer => ({
  kind: "tunnel",
  messageId,
  body,
});
const init = {
  kind: "init",
  name: "n",
  version: 1,
  totalSlots: 1,
  prepopulateActorNames: null,
  metadata: null,
} as const;

const SAID_TO_SERVER: Row<ToServer>[] = [
  ["tunnelAck", 1, 3, tunnelToServer({ kind: "tunnelAck" })],
  ["legacyIds", 1, 2, { kind: "tunnel", messageId, body: message, legacyIds }],
  ["lastCommandIndex", 1, 3, { ...init, lastCommandIndex: 4n }],
  ["an ack of all commands", 1, 3, { kind: "ackCommands", acknowledged: { upTo: 1n } }],
  ["an ack of no commands, by actor", 4, 7, {
    kind: "ackCommands",
    acknowledged: { checkpoints: [] },
  }],
  ["an ack of a generation's commands", 5, 7, {
    kind: "ackCommands",
    acknowledged: { checkpoints: [checkpoint] },
  }],
  ["an ack of the first generation's commands", 4, 7, {
    kind: "ackCommands",
    acknowledged: { checkpoints: [{ ...checkpoint, generation: 0 }] },
  }],
  [
    "webSocketMessageAck",
    2,
    7,
    tunnelToServer({ kind: "webSocketMessageAck", index: messageIndex(1) }),
  ],
  ["canHibernate", 2, 7, tunnelToServer({ kind: "webSocketOpen", canHibernate: true })],
  ["that it cannot", 1, 7, tunnelToServer({ kind: "webSocketOpen", canHibernate: false })],
  [
    "lastMessageIndex",
    2,
    2,
    tunnelToServer({ kind: "webSocketOpen", canHibernate: false, lastMessageIndex: 0n }),
  ],
  [
    "hibernate at a close",
    2,
    7,
    tunnelToServer({ kind: "webSocketClose", code: null, reason: null, hibernate: true }),
  ],
  [
    "a close for good",
    1,
    7,
    tunnelToServer({ kind: "webSocketClose", code: 1000, reason: "r", hibernate: false }),
  ],
  ["deleteRange", 7, 7, {
    kind: "kvRequest",
    actorId: actorId("a"),
    requestId: 1,
    request: { kind: "deleteRange", start: bytes, end: bytes },
  }],
  ["drop", 1, 7, {
    kind: "kvRequest",
    actorId: actorId("a"),
    requestId: 1,
    request: { kind: "drop" },
  }],
];

const tunnelToClient = (body: ToClientTunnelBody): ToClient => ({
  kind: "tunnel",
  messageId,
  body,
});
const welcome = {
  kind: "init",
  runnerId: runnerId("r"),
  runnerLostThreshold: 1n,
  actorStopThreshold: null,
  serverlessDrainGracePeriod: null,
} as const;

const SAID_TO_CLIENT: Row<ToClient>[] = [
  ["tunnelAck", 1, 3, tunnelToClient({ kind: "tunnelAck" })],
  ["legacyIds", 1, 2, { kind: "tunnel", messageId, body: message, legacyIds }],
  ["close", 1, 3, { kind: "close" }],
  ["ping", 4, 7, { kind: "ping", ts: 1n }],
  ["lastEventIndex", 1, 3, { ...welcome, lastEventIndex: 4n }],
  ["actorStopThreshold", 6, 7, { ...welcome, actorStopThreshold: 1n }],
  ["both thresholds", 6, 7, {
    ...welcome,
    actorStopThreshold: 1n,
    serverlessDrainGracePeriod: 1n,
  }],
  ["an ack of all events", 1, 3, { kind: "ackEvents", acknowledged: { upTo: 1n } }],
  ["an ack of a generation's events", 5, 7, {
    kind: "ackEvents",
    acknowledged: { checkpoints: [checkpoint] },
  }],
  ["hibernatingRequests", 3, 7, {
    kind: "commands",
    commands: [{
      checkpoint,
      command: { kind: "start", config, hibernatingRequests: [request] },
    }],
  }],
  ["a start with no sockets", 1, 7, {
    kind: "commands",
    commands: [{ checkpoint, command: { kind: "start", config, hibernatingRequests: [] } }],
  }],
];

check(TO_SERVER, SAID_TO_SERVER);
check(TO_CLIENT, SAID_TO_CLIENT);

function check<Message>(direction: Direction<Message>, rows: readonly Row<Message>[]): void {
  for (const [what, first, last, message] of rows) {
    Deno.test(`${direction.name}: versions ${first} to ${last} say ${what}, the others refuse`, () => {
      for (const version of SUPPORTED_VERSIONS) {
        if (first <= version && version <= last) {
          const frame = direction.encode(message, version);
          const decoded = direction.decode(frame, version);
          partialDeepStrictEqual(decoded, message, `v${version}`);
          assertEquals(direction.encode(decoded, version), frame);
        } else {
          const error = assertThrows(() => direction.encode(message, version), EncodeError);
          assertStrictEquals(error.code, "encode.not_in_version", `v${version}`);
        }
      }
    });
  }
}

Deno.test("encodeToClient() wants actorStopThreshold since v6, and refuses both before", () => {
  const table = [
    [welcome, 6, "encode.invalid_value"],
    [welcome, 7, "encode.invalid_value"],
    [{ ...welcome, serverlessDrainGracePeriod: 1n }, 5, "encode.not_in_version"],
    [{ ...welcome, actorStopThreshold: 1n }, 5, "encode.not_in_version"],
  ] as const;
  for (const [message, version, code] of table) {
    const error = assertThrows(() => encodeToClient(message, version), EncodeError);
    assertStrictEquals(error.code, code);
  }
  encodeToClient(welcome, 5);
});

Deno.test("EncodeError of a part says which versions have it", () => {
  const table: [() => unknown, string][] = [
    [() => encodeToClient({ kind: "close" }, 4), "close, only versions up to 3 can"],
    [() => encodeToClient({ kind: "ping", ts: 1n }, 3), "ping, only versions since 4 can"],
    [
      () => encodeToServer(SAID_TO_SERVER.find(([what]) => what === "lastMessageIndex")![3], 1),
      "lastMessageIndex, only version 2 can",
    ],
  ];
  for (const [encode, message] of table) assertThrows(encode, EncodeError, message);
});
