/**
 * Version 2 of the wire, the oldest that acknowledges messages.
 *
 * What it has no words for throws an `EncodeError` (`capabilities.ts` tells beforehand): pings of
 * the gateway, checkpoints per actor, hibernating requests at a start, thresholds at init, the
 * deletion of a range.
 */
import * as parts from "./encode_parts.ts";
import {
  type EventMember,
  EVENTS,
  readActorConfig,
  readEvent,
  readIndex,
  readKvRequest,
  readKvResponse,
  readToClientBody,
  readToServerBody,
} from "./decode_parts.ts";
import * as wire from "./generated/v2.ts";
import { actorId, runnerId } from "./ids.ts";
import { checkLegacyIds, LEGACY_ID_BYTES, packIds, unpackIds } from "./legacy_ids.ts";
import type {
  Acknowledged,
  ActorCheckpoint,
  CommandWrapper,
  EventWrapper,
  KvRequest,
  LegacyIds,
  ToClient,
  ToClientTunnelBody,
  ToClientTunnelMessage,
  ToServer,
  ToServerTunnelBody,
  ToServerTunnelMessage,
} from "./message.ts";
import type { WireCodec } from "./wire_codec.ts";
import { WireReader } from "./wire_reader.ts";

const TO_SERVER = [
  "init",
  "events",
  "ackCommands",
  "stopping",
  "pong",
  "kvRequest",
  "tunnel",
] as const;
const TO_CLIENT = ["init", "close", "commands", "ackEvents", "kvResponse", "tunnel"] as const;
const TO_SERVER_BODIES = [
  "tunnelAck",
  "responseStart",
  "responseChunk",
  "responseAbort",
  "webSocketOpen",
  "webSocketMessage",
  "webSocketMessageAck",
  "webSocketClose",
] as const;
const TO_CLIENT_BODIES = [
  "tunnelAck",
  "requestStart",
  "requestChunk",
  "requestAbort",
  "webSocketOpen",
  "webSocketMessage",
  "webSocketClose",
] as const;
const COMMANDS = ["start", "stop"] as const;
const KV_REQUESTS = ["get", "list", "put", "delete", "drop"] as const;
/** An index before the first: nothing taken in yet. */
const NONE = -1n;

export const v2: WireCodec = {
  encodeToServer: (message) => parts.generate(wire.encodeToServer, toServer(message)),
  encodeToClient: (message) => parts.generate(wire.encodeToClient, toClient(message)),
  decodeToServer(frame) {
    const reader = new WireReader(frame);
    const message = readToServer(reader, reader.tag(TO_SERVER));
    reader.end();
    return message;
  },
  decodeToClient(frame) {
    const reader = new WireReader(frame);
    const message = readToClient(reader, reader.tag(TO_CLIENT));
    reader.end();
    return message;
  },
};

function readToServer(reader: WireReader, kind: (typeof TO_SERVER)[number]): ToServer {
  switch (kind) {
    case "init":
      return {
        kind,
        name: reader.text(),
        version: reader.u32(),
        totalSlots: reader.u32(),
        lastCommandIndex: reader.optional(() => reader.i64()),
        prepopulateActorNames: reader.optional(() => reader.map(() => reader.text())),
        metadata: reader.optional(() => reader.text()),
      };
    case "events":
      return { kind, events: reader.list(() => readEventWrapper(reader)) };
    case "ackCommands":
      return { kind, acknowledged: { upTo: reader.i64() } };
    case "stopping":
      return { kind };
    case "pong":
      return { kind, ts: reader.i64() };
    case "kvRequest":
      return {
        kind,
        actorId: actorId(reader.text()),
        requestId: reader.u32(),
        request: readKvRequest(reader, KV_REQUESTS),
      };
    case "tunnel": {
      const legacyIds = readLegacyIds(reader);
      const body = readServerBody(reader);
      return { kind, messageId: unpackIds(legacyIds), body, legacyIds };
    }
  }
}

function readServerBody(reader: WireReader): ToServerTunnelBody {
  const kind = reader.tag(TO_SERVER_BODIES);
  if (kind !== "webSocketOpen") return readToServerBody(reader, kind);
  return { kind, canHibernate: reader.bool(), lastMessageIndex: reader.i64() };
}

function readToClient(reader: WireReader, kind: (typeof TO_CLIENT)[number]): ToClient {
  switch (kind) {
    case "init":
      return {
        kind,
        runnerId: runnerId(reader.text()),
        lastEventIndex: reader.i64(),
        runnerLostThreshold: reader.i64(),
        actorStopThreshold: null,
        serverlessDrainGracePeriod: null,
      };
    case "close":
      return { kind };
    case "commands":
      return { kind, commands: reader.list(() => readCommandWrapper(reader)) };
    case "ackEvents":
      return { kind, acknowledged: { upTo: reader.i64() } };
    case "kvResponse":
      return { kind, requestId: reader.u32(), response: readKvResponse(reader) };
    case "tunnel":
      return readClientTunnel(reader);
  }
}

function readClientTunnel(reader: WireReader): ToClientTunnelMessage {
  const legacyIds = readLegacyIds(reader);
  const kind = reader.tag(TO_CLIENT_BODIES);
  // Only here is the index in the message; the id of the model has it for all versions.
  const index = kind === "webSocketMessage" ? readIndex(reader) : null;
  const body = readToClientBody(reader, kind);
  const at = reader.offset;
  if (reader.bool()) {
    reader.fail("decode.invalid_value", at, "gatewayReplyTo is there, but is never a runner's");
  }
  const packed = unpackIds(legacyIds);
  const messageId = index === null ? packed : { ...packed, messageIndex: index };
  return { kind: "tunnel", messageId, body, legacyIds };
}

function readLegacyIds(reader: WireReader): LegacyIds {
  return { requestId: reader.fixed(LEGACY_ID_BYTES), messageId: reader.fixed(LEGACY_ID_BYTES) };
}

function readEventWrapper(reader: WireReader): EventWrapper {
  const index = reader.i64();
  const member: EventMember = reader.tag(EVENTS);
  return { checkpoint: readCheckpoint(reader, index), event: readEvent(reader, member) };
}

function readCommandWrapper(reader: WireReader): CommandWrapper {
  const index = reader.i64();
  const kind = reader.tag(COMMANDS);
  const checkpoint = readCheckpoint(reader, index);
  switch (kind) {
    case "start": {
      const config = readActorConfig(reader);
      return { checkpoint, command: { kind, config, hibernatingRequests: [] } };
    }
    case "stop":
      return { checkpoint, command: { kind } };
  }
}

function readCheckpoint(reader: WireReader, index: bigint): ActorCheckpoint {
  return { actorId: actorId(reader.text()), generation: reader.u32(), index };
}

function toServer(message: ToServer): wire.ToServer {
  switch (message.kind) {
    case "init":
      return {
        tag: "ToServerInit",
        val: {
          name: parts.text(message.name),
          version: parts.u32(message.version, "version"),
          totalSlots: parts.u32(message.totalSlots, "totalSlots"),
          lastCommandIdx: parts.nullable(
            message.lastCommandIndex ?? null,
            (index) => parts.i64(index, "lastCommandIndex"),
          ),
          prepopulateActorNames: parts.nullable(message.prepopulateActorNames, parts.actorNames),
          metadata: parts.nullable(message.metadata, parts.text),
        },
      };
    case "events":
      return { tag: "ToServerEvents", val: parts.list(message.events, toEventWrapper) };
    case "ackCommands":
      return {
        tag: "ToServerAckCommands",
        val: { lastCommandIdx: toIndex(message.acknowledged) },
      };
    case "stopping":
      return { tag: "ToServerStopping", val: null };
    case "pong":
      return { tag: "ToServerPing", val: { ts: parts.i64(message.ts, "ts") } };
    case "kvRequest":
      return {
        tag: "ToServerKvRequest",
        val: {
          actorId: parts.text(message.actorId),
          requestId: parts.u32(message.requestId, "requestId"),
          data: toKvRequest(message.request),
        },
      };
    case "tunnel":
      return {
        tag: "ToServerTunnelMessage",
        val: { ...toLegacyIds(message), messageKind: toServerBody(message.body) },
      };
  }
}

function toClient(message: ToClient): wire.ToClient {
  switch (message.kind) {
    case "init":
      return { tag: "ToClientInit", val: toClientInit(message) };
    case "close":
      return { tag: "ToClientClose", val: null };
    case "commands":
      return { tag: "ToClientCommands", val: parts.list(message.commands, toCommandWrapper) };
    case "ackEvents":
      return { tag: "ToClientAckEvents", val: { lastEventIdx: toIndex(message.acknowledged) } };
    case "kvResponse":
      return {
        tag: "ToClientKvResponse",
        val: {
          requestId: parts.u32(message.requestId, "requestId"),
          data: parts.kvResponse(message.response, (version, createTs) => ({ version, createTs })),
        },
      };
    case "tunnel":
      return {
        tag: "ToClientTunnelMessage",
        val: { ...toLegacyIds(message), messageKind: toClientBody(message), gatewayReplyTo: null },
      };
    case "ping":
      throw parts.notInVersion(2, "a ping of the gateway", "since 4");
  }
}

function toClientInit(message: ToClient & { kind: "init" }): wire.ToClientInit {
  if (message.actorStopThreshold !== null || message.serverlessDrainGracePeriod !== null) {
    const names = "actorStopThreshold or serverlessDrainGracePeriod";
    throw parts.notInVersion(2, names, "since 6");
  }
  return {
    runnerId: parts.text(message.runnerId),
    lastEventIdx: parts.i64(message.lastEventIndex ?? NONE, "lastEventIndex"),
    metadata: {
      runnerLostThreshold: parts.i64(message.runnerLostThreshold, "runnerLostThreshold"),
    },
  };
}

function toIndex(acknowledged: Acknowledged): bigint {
  if ("upTo" in acknowledged) return parts.i64(acknowledged.upTo, "upTo");
  throw parts.notInVersion(2, "checkpoints per actor", "since 4");
}

function toEventWrapper({ checkpoint, event }: EventWrapper): wire.EventWrapper {
  const actor = toActor(checkpoint);
  const index = parts.i64(checkpoint.index, "index");
  switch (event.kind) {
    case "intent": {
      const val = { ...actor, intent: parts.actorIntent(event) };
      return { index, inner: { tag: "EventActorIntent", val } };
    }
    case "running":
    case "stopped": {
      const val = { ...actor, state: parts.actorState(event) };
      return { index, inner: { tag: "EventActorStateUpdate", val } };
    }
    case "setAlarm": {
      const val = { ...actor, alarmTs: parts.alarm(event) };
      return { index, inner: { tag: "EventActorSetAlarm", val } };
    }
  }
}

function toCommandWrapper({ checkpoint, command }: CommandWrapper): wire.CommandWrapper {
  const actor = toActor(checkpoint);
  const index = parts.i64(checkpoint.index, "index");
  switch (command.kind) {
    case "start": {
      if (command.hibernatingRequests.length > 0) {
        throw parts.notInVersion(2, "hibernatingRequests", "since 3");
      }
      const val = { ...actor, config: parts.actorConfig(command.config) };
      return { index, inner: { tag: "CommandStartActor", val } };
    }
    case "stop":
      return { index, inner: { tag: "CommandStopActor", val: actor } };
  }
}

function toActor(checkpoint: ActorCheckpoint): wire.CommandStopActor {
  return {
    actorId: parts.text(checkpoint.actorId),
    generation: parts.u32(checkpoint.generation, "generation"),
  };
}

function toKvRequest(request: KvRequest): wire.KvRequestData {
  if (request.kind !== "deleteRange") return parts.kvRequest(request);
  throw parts.notInVersion(2, "deleteRange", "since 7");
}

function toLegacyIds(message: ToServerTunnelMessage | ToClientTunnelMessage): LegacyIds {
  const { legacyIds, messageId } = message;
  parts.u16(messageId.messageIndex, "messageIndex");
  return legacyIds === undefined ? packIds(messageId) : checkLegacyIds(legacyIds);
}

function toServerBody(body: ToServerTunnelBody): wire.ToServerTunnelMessageKind {
  switch (body.kind) {
    case "tunnelAck":
      return { tag: "TunnelAck", val: null };
    case "webSocketOpen": {
      const lastMsgIndex = parts.i64(body.lastMessageIndex ?? NONE, "lastMessageIndex");
      return {
        tag: "ToServerWebSocketOpen",
        val: { canHibernate: body.canHibernate, lastMsgIndex },
      };
    }
    case "webSocketClose":
      return {
        tag: "ToServerWebSocketClose",
        val: { ...parts.closing(body), retry: body.hibernate },
      };
    default:
      return parts.serverBody(body);
  }
}

function toClientBody(
  { body, messageId }: { body: ToClientTunnelBody; messageId: ToClientTunnelMessage["messageId"] },
): wire.ToClientTunnelMessageKind {
  switch (body.kind) {
    case "tunnelAck":
      return { tag: "TunnelAck", val: null };
    case "webSocketMessage":
      return {
        tag: "ToClientWebSocketMessage",
        val: { index: messageId.messageIndex, data: body.data, binary: body.binary },
      };
    default:
      return parts.clientBody(body);
  }
}
