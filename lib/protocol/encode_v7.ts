/** Turns messages into the shapes of version 7's generated code. */
import * as parts from "./encode_parts.ts";
import { EncodeError } from "./errors.ts";
import type * as wire from "./generated/v7.ts";
import { idBytes } from "./id_bytes.ts";
import type {
  Acknowledged,
  ActorCheckpoint,
  ActorCommand,
  ActorEvent,
  KvRequest,
  MessageId,
  ToClient,
  ToClientTunnelBody,
  ToServer,
  ToServerTunnelBody,
} from "./message.ts";

export function toServer(message: ToServer): wire.ToServer {
  switch (message.kind) {
    case "init":
      if ((message.lastCommandIndex ?? null) !== null) {
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

export function toClient(message: ToClient): wire.ToClient {
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
