/** Version 7 of the wire: the current one. */
import * as parts from "./encode_parts.ts";
import {
  EVENTS,
  readActorConfig,
  readEvent,
  readIndex,
  readKvRequest,
  readKvResponse,
  readToClientBody,
  readToServerBody,
} from "./decode_parts.ts";
import { EncodeError } from "./errors.ts";
import * as wire from "./generated/v7.ts";
import { idBytes } from "./id_bytes.ts";
import * as hot from "./hot_v7.ts";
import { actorId, type GatewayId, type MessageIndex, type RequestId, runnerId } from "./ids.ts";
import type {
  Acknowledged,
  ActorCheckpoint,
  ActorCommand,
  ActorEvent,
  HibernatingRequest,
  KvRequest,
  MessageId,
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
const TO_CLIENT = ["init", "commands", "ackEvents", "kvResponse", "tunnel", "ping"] as const;
const TO_SERVER_BODIES = [
  "responseStart",
  "responseChunk",
  "responseAbort",
  "webSocketOpen",
  "webSocketMessage",
  "webSocketMessageAck",
  "webSocketClose",
] as const;
const TO_CLIENT_BODIES = [
  "requestStart",
  "requestChunk",
  "requestAbort",
  "webSocketOpen",
  "webSocketMessage",
  "webSocketClose",
] as const;
const COMMANDS = ["start", "stop"] as const;
const KV_REQUESTS = ["get", "list", "put", "delete", "deleteRange", "drop"] as const;

const TUNNEL_TO_SERVER = TO_SERVER.indexOf("tunnel");
const TUNNEL_TO_CLIENT = TO_CLIENT.indexOf("tunnel");
const RESPONSE_CHUNK = TO_SERVER_BODIES.indexOf("responseChunk");
const MESSAGE_TO_SERVER = TO_SERVER_BODIES.indexOf("webSocketMessage");
const MESSAGE_ACK = TO_SERVER_BODIES.indexOf("webSocketMessageAck");
const REQUEST_CHUNK = TO_CLIENT_BODIES.indexOf("requestChunk");
const MESSAGE_TO_CLIENT = TO_CLIENT_BODIES.indexOf("webSocketMessage");

export const v7: WireCodec = { encodeToServer, encodeToClient, decodeToServer, decodeToClient };

function encodeToServer(message: ToServer): Uint8Array {
  if (message.kind === "tunnel") {
    const { messageId, body } = message;
    refuseLegacyIds(message);
    switch (body.kind) {
      case "webSocketMessage":
        return hot.encodePayload(
          TUNNEL_TO_SERVER,
          messageId,
          MESSAGE_TO_SERVER,
          body.data,
          body.binary,
        );
      case "webSocketMessageAck":
        return hot.encodeAck(TUNNEL_TO_SERVER, messageId, MESSAGE_ACK, body.index);
      case "responseChunk":
        return hot.encodePayload(
          TUNNEL_TO_SERVER,
          messageId,
          RESPONSE_CHUNK,
          body.body,
          body.finish,
        );
    }
  }
  return parts.generate(wire.encodeToServer, toServer(message));
}

function encodeToClient(message: ToClient): Uint8Array {
  if (message.kind === "tunnel") {
    const { messageId, body } = message;
    refuseLegacyIds(message);
    switch (body.kind) {
      case "webSocketMessage":
        return hot.encodePayload(
          TUNNEL_TO_CLIENT,
          messageId,
          MESSAGE_TO_CLIENT,
          body.data,
          body.binary,
        );
      case "requestChunk":
        return hot.encodePayload(
          TUNNEL_TO_CLIENT,
          messageId,
          REQUEST_CHUNK,
          body.body,
          body.finish,
        );
    }
  }
  return parts.generate(wire.encodeToClient, toClient(message));
}

function decodeToServer(frame: Uint8Array): ToServer {
  return readHotToServer(frame) ?? readToServer(new WireReader(frame));
}

function decodeToClient(frame: Uint8Array): ToClient {
  return readHotToClient(frame) ?? readToClient(new WireReader(frame));
}

function readHotToServer(frame: Uint8Array): ToServerTunnelMessage | null {
  const tag = hot.bodyTagOf(frame, TUNNEL_TO_SERVER);
  if (tag === MESSAGE_TO_SERVER) {
    const payload = hot.readPayload(frame);
    if (payload === null) return null;
    const { bytes: data, flag: binary } = payload;
    return tunnel(hot.readMessageId(frame), { kind: "webSocketMessage", data, binary });
  }
  if (tag === MESSAGE_ACK) {
    const index = hot.readAck(frame);
    if (index < 0) return null;
    return tunnel(hot.readMessageId(frame), {
      kind: "webSocketMessageAck",
      index: index as MessageIndex,
    });
  }
  if (tag === RESPONSE_CHUNK) {
    const payload = hot.readPayload(frame);
    if (payload === null) return null;
    const { bytes: body, flag: finish } = payload;
    return tunnel(hot.readMessageId(frame), { kind: "responseChunk", body, finish });
  }
  return null;
}

function readHotToClient(frame: Uint8Array): ToClientTunnelMessage | null {
  const tag = hot.bodyTagOf(frame, TUNNEL_TO_CLIENT);
  if (tag !== MESSAGE_TO_CLIENT && tag !== REQUEST_CHUNK) return null;
  const payload = hot.readPayload(frame);
  if (payload === null) return null;
  const { bytes, flag } = payload;
  const body: ToClientTunnelBody = tag === MESSAGE_TO_CLIENT
    ? { kind: "webSocketMessage", data: bytes, binary: flag }
    : { kind: "requestChunk", body: bytes, finish: flag };
  return tunnel(hot.readMessageId(frame), body);
}

function tunnel<Body>(
  messageId: MessageId,
  body: Body,
): { readonly kind: "tunnel"; readonly messageId: MessageId; readonly body: Body } {
  return { kind: "tunnel", messageId, body };
}

function readToServer(reader: WireReader): ToServer {
  const message = readToServerMember(reader, reader.tag(TO_SERVER));
  reader.end();
  return message;
}

function readToServerMember(reader: WireReader, kind: ToServer["kind"]): ToServer {
  switch (kind) {
    case "init":
      return {
        kind,
        name: reader.text(),
        version: reader.u32(),
        totalSlots: reader.u32(),
        prepopulateActorNames: reader.optional(() => reader.map(() => reader.text())),
        metadata: reader.optional(() => reader.text()),
      };
    case "events":
      return {
        kind,
        events: reader.list(() => ({
          checkpoint: readCheckpoint(reader),
          event: readEvent(reader, reader.tag(EVENTS)),
        })),
      };
    case "ackCommands":
      return { kind, acknowledged: readAcknowledged(reader) };
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
    case "tunnel":
      return tunnel(readId(reader), readToServerBody(reader, reader.tag(TO_SERVER_BODIES)));
  }
}

function readToClient(reader: WireReader): ToClient {
  const message = readToClientMember(reader, reader.tag(TO_CLIENT));
  reader.end();
  return message;
}

function readToClientMember(
  reader: WireReader,
  kind: (typeof TO_CLIENT)[number],
): ToClient {
  switch (kind) {
    case "init":
      return {
        kind,
        runnerId: runnerId(reader.text()),
        runnerLostThreshold: reader.i64(),
        actorStopThreshold: reader.i64(),
        serverlessDrainGracePeriod: reader.optional(() => reader.i64()),
      };
    case "commands":
      return {
        kind,
        commands: reader.list(() => ({
          checkpoint: readCheckpoint(reader),
          command: readCommand(reader),
        })),
      };
    case "ackEvents":
      return { kind, acknowledged: readAcknowledged(reader) };
    case "kvResponse":
      return { kind, requestId: reader.u32(), response: readKvResponse(reader) };
    case "tunnel":
      return tunnel(readId(reader), readToClientBody(reader, reader.tag(TO_CLIENT_BODIES)));
    case "ping":
      return { kind, ts: reader.i64() };
  }
}

function readId(reader: WireReader): MessageId {
  return { ...readRequest(reader), messageIndex: readIndex(reader) };
}

function readRequest(reader: WireReader): HibernatingRequest {
  return {
    gatewayId: reader.u32BigEndian() as GatewayId,
    requestId: reader.u32BigEndian() as RequestId,
  };
}

function readCheckpoint(reader: WireReader): ActorCheckpoint {
  return { actorId: actorId(reader.text()), generation: reader.u32(), index: reader.i64() };
}

function readAcknowledged(reader: WireReader): Acknowledged {
  return { checkpoints: reader.list(() => readCheckpoint(reader)) };
}

function readCommand(reader: WireReader): ActorCommand {
  const kind = reader.tag(COMMANDS);
  switch (kind) {
    case "start":
      return {
        kind,
        config: readActorConfig(reader),
        hibernatingRequests: reader.list(() => readRequest(reader)),
      };
    case "stop":
      return { kind };
  }
}

function toServer(message: ToServer): wire.ToServer {
  switch (message.kind) {
    case "init":
      if (message.lastCommandIndex != null) {
        throw parts.notInVersion(7, "lastCommandIndex", "up to 3");
      }
      return {
        tag: "ToServerInit",
        val: {
          name: parts.text(message.name),
          version: parts.u32(message.version, "version"),
          totalSlots: parts.u32(message.totalSlots, "totalSlots"),
          prepopulateActorNames: parts.nullable(message.prepopulateActorNames, parts.actorNames),
          metadata: parts.nullable(message.metadata, parts.text),
        },
      };
    case "events":
      return {
        tag: "ToServerEvents",
        val: parts.list(message.events, ({ checkpoint, event }) => ({
          checkpoint: toCheckpoint(checkpoint),
          inner: toEvent(event),
        })),
      };
    case "ackCommands":
      return {
        tag: "ToServerAckCommands",
        val: { lastCommandCheckpoints: toCheckpoints(message.acknowledged) },
      };
    case "stopping":
      return { tag: "ToServerStopping", val: null };
    case "pong":
      return { tag: "ToServerPong", val: { ts: parts.i64(message.ts, "ts") } };
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
        val: { messageId: toMessageId(message.messageId), messageKind: toServerBody(message.body) },
      };
  }
}

function toClient(message: ToClient): wire.ToClient {
  switch (message.kind) {
    case "init":
      return { tag: "ToClientInit", val: toClientInit(message) };
    case "commands":
      return {
        tag: "ToClientCommands",
        val: parts.list(message.commands, ({ checkpoint, command }) => ({
          checkpoint: toCheckpoint(checkpoint),
          inner: toCommand(command),
        })),
      };
    case "ackEvents":
      return {
        tag: "ToClientAckEvents",
        val: { lastEventCheckpoints: toCheckpoints(message.acknowledged) },
      };
    case "kvResponse":
      return {
        tag: "ToClientKvResponse",
        val: {
          requestId: parts.u32(message.requestId, "requestId"),
          data: parts.kvResponse(message.response, (version, updateTs) => ({ version, updateTs })),
        },
      };
    case "tunnel":
      return {
        tag: "ToClientTunnelMessage",
        val: { messageId: toMessageId(message.messageId), messageKind: toClientBody(message.body) },
      };
    case "ping":
      return { tag: "ToClientPing", val: { ts: parts.i64(message.ts, "ts") } };
    case "close":
      throw parts.notInVersion(7, "close", "up to 3");
  }
}

function toClientInit(message: ToClient & { kind: "init" }): wire.ToClientInit {
  const { lastEventIndex = -1n, actorStopThreshold, serverlessDrainGracePeriod } = message;
  if (lastEventIndex !== -1n) throw parts.notInVersion(7, "lastEventIndex", "up to 3");
  if (actorStopThreshold === null) {
    throw new EncodeError("encode.invalid_value", "actorStopThreshold is null, wanted since 6");
  }
  return {
    runnerId: parts.text(message.runnerId),
    metadata: {
      runnerLostThreshold: parts.i64(message.runnerLostThreshold, "runnerLostThreshold"),
      actorStopThreshold: parts.i64(actorStopThreshold, "actorStopThreshold"),
      serverlessDrainGracePeriod: parts.nullable(
        serverlessDrainGracePeriod,
        (period) => parts.i64(period, "serverlessDrainGracePeriod"),
      ),
    },
  };
}

function toCheckpoint({ actorId, generation, index }: ActorCheckpoint): wire.ActorCheckpoint {
  return {
    actorId: parts.text(actorId),
    generation: parts.u32(generation, "generation"),
    index: parts.i64(index, "index"),
  };
}

function toCheckpoints(acknowledged: Acknowledged): wire.ActorCheckpoint[] {
  if ("checkpoints" in acknowledged) return parts.list(acknowledged.checkpoints, toCheckpoint);
  throw parts.notInVersion(7, "one index for all actors", "up to 3");
}

function toEvent(event: ActorEvent): wire.Event {
  switch (event.kind) {
    case "intent":
      return { tag: "EventActorIntent", val: { intent: parts.actorIntent(event) } };
    case "running":
    case "stopped":
      return { tag: "EventActorStateUpdate", val: { state: parts.actorState(event) } };
    case "setAlarm":
      return { tag: "EventActorSetAlarm", val: { alarmTs: parts.alarm(event) } };
  }
}

function toCommand(command: ActorCommand): wire.Command {
  switch (command.kind) {
    case "start":
      return {
        tag: "CommandStartActor",
        val: {
          config: parts.actorConfig(command.config),
          hibernatingRequests: parts.list(command.hibernatingRequests, (request) => ({
            gatewayId: idBytes(request.gatewayId),
            requestId: idBytes(request.requestId),
          })),
        },
      };
    case "stop":
      return { tag: "CommandStopActor", val: null };
  }
}

function toKvRequest(request: KvRequest): wire.KvRequestData {
  if (request.kind !== "deleteRange") return parts.kvRequest(request);
  const { start, end } = request;
  return { tag: "KvDeleteRangeRequest", val: { start, end } };
}

function toMessageId({ gatewayId, requestId, messageIndex }: MessageId): wire.MessageId {
  return {
    gatewayId: idBytes(gatewayId),
    requestId: idBytes(requestId),
    messageIndex: parts.u16(messageIndex, "messageIndex"),
  };
}

function toServerBody(body: ToServerTunnelBody): wire.ToServerTunnelMessageKind {
  switch (body.kind) {
    case "tunnelAck":
      throw parts.notInVersion(7, "tunnelAck", "up to 3");
    case "webSocketOpen":
      if ((body.lastMessageIndex ?? -1n) !== -1n) {
        throw parts.notInVersion(7, "lastMessageIndex", "2");
      }
      return { tag: "ToServerWebSocketOpen", val: { canHibernate: body.canHibernate } };
    case "webSocketClose":
      return {
        tag: "ToServerWebSocketClose",
        val: { ...parts.closing(body), hibernate: body.hibernate },
      };
    default:
      return parts.serverBody(body);
  }
}

function toClientBody(body: ToClientTunnelBody): wire.ToClientTunnelMessageKind {
  switch (body.kind) {
    case "webSocketMessage":
      return { tag: "ToClientWebSocketMessage", val: { data: body.data, binary: body.binary } };
    case "tunnelAck":
      throw parts.notInVersion(7, "tunnelAck", "up to 3");
    default:
      return parts.clientBody(body);
  }
}

function refuseLegacyIds(message: ToServerTunnelMessage | ToClientTunnelMessage): void {
  if (message.legacyIds !== undefined) throw parts.notInVersion(7, "legacyIds", "1 and 2");
}
