/**
 * Turns messages into the shapes of version 2's generated code.
 *
 * What the version has no words for throws an `EncodeError` (`capabilities.ts` tells beforehand):
 * pings of the gateway, checkpoints per actor, hibernating requests at a start, thresholds at init,
 * the deletion of a range.
 */
import * as parts from "./encode_parts.ts";
import type * as wire from "./generated/v2.ts";
import { checkLegacyIds, packIds } from "./legacy_ids.ts";
import type {
  Acknowledged,
  ActorCheckpoint,
  CommandWrapper,
  EventWrapper,
  KvRequest,
  LegacyIds,
  ToClient,
  ToClientTunnelMessage,
  ToServer,
  ToServerTunnelBody,
  ToServerTunnelMessage,
} from "./message.ts";

/** An index before the first: nothing taken in yet. */
const NONE = -1n;

export function toServer(message: ToServer): wire.ToServer {
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

export function toClient(message: ToClient): wire.ToClient {
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

function toClientBody({ body, messageId }: ToClientTunnelMessage): wire.ToClientTunnelMessageKind {
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
