/**
 * A message of the model in the shape that codecs generated from a version's schema take and give:
 * written from `wire.md` by version numbers, and independent of the layout that our codec goes by.
 */
import type {
  Acknowledged,
  CommandWrapper,
  EventWrapper,
  HibernatingRequest,
  KvRequest,
  KvResponse,
  ProtocolVersion,
  ToClient,
  ToClientTunnelBody,
  ToServer,
  ToServerTunnelBody,
  TunnelMessage,
} from "@/lib/protocol/mod.ts";
import { packedIds } from "./packed_ids.ts";

interface Member {
  readonly tag: string;
  readonly val: unknown;
}

export function toServerShape(message: ToServer, version: ProtocolVersion): Member {
  switch (message.kind) {
    case "init": {
      const { kind: _, lastCommandIndex = null, prepopulateActorNames: names, ...rest } = message;
      const prepopulateActorNames = names &&
        new Map([...names].map(([name, metadata]) => [name, { metadata }]));
      const old = version <= 3 ? { lastCommandIdx: lastCommandIndex } : {};
      return { tag: "ToServerInit", val: { ...rest, ...old, prepopulateActorNames } };
    }
    case "events":
      return { tag: "ToServerEvents", val: message.events.map((event) => toEvent(event, version)) };
    case "ackCommands":
      return {
        tag: "ToServerAckCommands",
        val: toAcknowledged(message.acknowledged, version, "lastCommand"),
      };
    case "stopping":
      return { tag: "ToServerStopping", val: null };
    case "pong":
      return { tag: version <= 3 ? "ToServerPing" : "ToServerPong", val: { ts: message.ts } };
    case "kvRequest": {
      const { actorId, requestId, request } = message;
      return {
        tag: "ToServerKvRequest",
        val: { actorId, requestId, data: toKvRequest(request) },
      };
    }
    case "tunnel":
      return {
        tag: "ToServerTunnelMessage",
        val: { ...toIds(message, version), messageKind: toServerBody(message.body, version) },
      };
  }
}

export function toClientShape(message: ToClient, version: ProtocolVersion): Member {
  switch (message.kind) {
    case "init": {
      const { runnerId, lastEventIndex = -1n, runnerLostThreshold } = message;
      const { actorStopThreshold, serverlessDrainGracePeriod } = message;
      const metadata = version <= 5
        ? { runnerLostThreshold }
        : { runnerLostThreshold, actorStopThreshold, serverlessDrainGracePeriod };
      const old = version <= 3 ? { lastEventIdx: lastEventIndex } : {};
      return { tag: "ToClientInit", val: { runnerId, ...old, metadata } };
    }
    case "commands":
      return {
        tag: "ToClientCommands",
        val: message.commands.map((command) => toCommand(command, version)),
      };
    case "ackEvents":
      return {
        tag: "ToClientAckEvents",
        val: toAcknowledged(message.acknowledged, version, "lastEvent"),
      };
    case "kvResponse": {
      const { requestId, response } = message;
      return {
        tag: "ToClientKvResponse",
        val: { requestId, data: toKvResponse(response, version) },
      };
    }
    case "tunnel": {
      const messageKind = toClientBody(message.body);
      if (version === 2 && messageKind.tag === "ToClientWebSocketMessage") {
        Object.assign(messageKind.val as object, { index: message.messageId.messageIndex });
      }
      const old = version <= 2 ? { gatewayReplyTo: null } : {};
      const val = { ...toIds(message, version), messageKind, ...old };
      return { tag: "ToClientTunnelMessage", val };
    }
    case "ping":
      return { tag: "ToClientPing", val: { ts: message.ts } };
    case "close":
      return { tag: "ToClientClose", val: null };
  }
}

function toIds({ messageId, legacyIds }: TunnelMessage<unknown>, version: number): object {
  if (version <= 2) {
    const ids = legacyIds ?? packedIds(messageId);
    return { requestId: toBuffer(ids.requestId), messageId: toBuffer(ids.messageId) };
  }
  return { messageId: { ...toRequest(messageId), messageIndex: messageId.messageIndex } };
}

function toRequest({ gatewayId, requestId }: HibernatingRequest): object {
  return { gatewayId: toId(gatewayId), requestId: toId(requestId) };
}

function toId(id: number): ArrayBuffer {
  const bytes = new ArrayBuffer(4);
  new DataView(bytes).setUint32(0, id);
  return bytes;
}

function toAcknowledged(
  acknowledged: Acknowledged,
  version: number,
  what: "lastCommand" | "lastEvent",
): object {
  if ("upTo" in acknowledged) return { [`${what}Idx`]: acknowledged.upTo };
  const checkpoints = acknowledged.checkpoints.map(({ actorId, generation, index }) =>
    version === 4 ? { actorId, index } : { actorId, generation, index }
  );
  return { [`${what}Checkpoints`]: checkpoints };
}

function toEvent({ checkpoint, event }: EventWrapper, version: number): object {
  const { actorId, generation, index } = checkpoint;
  const actor = version <= 4 ? { actorId, generation } : {};
  const inner = (): Member => {
    switch (event.kind) {
      case "intent": {
        const tag = event.intent === "sleep" ? "ActorIntentSleep" : "ActorIntentStop";
        return { tag: "EventActorIntent", val: { ...actor, intent: { tag, val: null } } };
      }
      case "running": {
        const state = { tag: "ActorStateRunning", val: null };
        return { tag: "EventActorStateUpdate", val: { ...actor, state } };
      }
      case "stopped": {
        const val = { code: event.code === "ok" ? "Ok" : "Error", message: event.message };
        const state = { tag: "ActorStateStopped", val };
        return { tag: "EventActorStateUpdate", val: { ...actor, state } };
      }
      case "setAlarm":
        return { tag: "EventActorSetAlarm", val: { ...actor, alarmTs: event.alarmTs } };
    }
  };
  if (version <= 3) return { index, inner: inner() };
  return {
    checkpoint: version === 4 ? { actorId, index } : { actorId, generation, index },
    inner: inner(),
  };
}

function toCommand({ checkpoint, command }: CommandWrapper, version: number): object {
  const { actorId, generation, index } = checkpoint;
  const actor = version <= 3 ? { actorId, generation } : version === 4 ? { generation } : {};
  const inner = (): Member => {
    if (command.kind === "stop") {
      return { tag: "CommandStopActor", val: version <= 4 ? actor : null };
    }
    const { name, key, createTs, input } = command.config;
    const config = { name, key, createTs, input: input && toBuffer(input) };
    const requests = version >= 3
      ? { hibernatingRequests: command.hibernatingRequests.map(toRequest) }
      : {};
    return { tag: "CommandStartActor", val: { ...actor, config, ...requests } };
  };
  if (version <= 3) return { index, inner: inner() };
  return {
    checkpoint: version === 4 ? { actorId, index } : { actorId, generation, index },
    inner: inner(),
  };
}

function toKvRequest(request: KvRequest): Member {
  switch (request.kind) {
    case "get":
      return { tag: "KvGetRequest", val: { keys: request.keys.map(toBuffer) } };
    case "list":
      return {
        tag: "KvListRequest",
        val: { query: toListQuery(request), reverse: request.reverse, limit: request.limit },
      };
    case "put": {
      const keys = request.keys.map(toBuffer);
      return { tag: "KvPutRequest", val: { keys, values: request.values.map(toBuffer) } };
    }
    case "delete":
      return { tag: "KvDeleteRequest", val: { keys: request.keys.map(toBuffer) } };
    case "deleteRange": {
      const val = { start: toBuffer(request.start), end: toBuffer(request.end) };
      return { tag: "KvDeleteRangeRequest", val };
    }
    case "drop":
      return { tag: "KvDropRequest", val: null };
  }
}

function toListQuery({ query }: KvRequest & { kind: "list" }): Member {
  switch (query.kind) {
    case "all":
      return { tag: "KvListAllQuery", val: null };
    case "range": {
      const { start, end, exclusive } = query;
      const val = { start: toBuffer(start), end: toBuffer(end), exclusive };
      return { tag: "KvListRangeQuery", val };
    }
    case "prefix":
      return { tag: "KvListPrefixQuery", val: { key: toBuffer(query.key) } };
  }
}

function toKvResponse(response: KvResponse, version: number): Member {
  switch (response.kind) {
    case "error":
      return { tag: "KvErrorResponse", val: { message: response.message } };
    case "get":
    case "list": {
      const metadata = response.metadata.map((one) => ({
        version: toBuffer(one.version),
        [version <= 3 ? "createTs" : "updateTs"]: one.updateTs,
      }));
      const keys = response.keys.map(toBuffer);
      const val = { keys, values: response.values.map(toBuffer), metadata };
      return { tag: response.kind === "get" ? "KvGetResponse" : "KvListResponse", val };
    }
    case "put":
      return { tag: "KvPutResponse", val: null };
    case "delete":
      return { tag: "KvDeleteResponse", val: null };
    case "drop":
      return { tag: "KvDropResponse", val: null };
  }
}

function toServerBody(body: ToServerTunnelBody, version: number): Member {
  switch (body.kind) {
    case "tunnelAck":
      return { tag: "TunnelAck", val: null };
    case "responseStart": {
      const { status, headers, stream } = body;
      const val = { status, headers, body: body.body && toBuffer(body.body), stream };
      return { tag: "ToServerResponseStart", val };
    }
    case "responseChunk":
      return {
        tag: "ToServerResponseChunk",
        val: { body: toBuffer(body.body), finish: body.finish },
      };
    case "responseAbort":
      return { tag: "ToServerResponseAbort", val: null };
    case "webSocketOpen": {
      const { canHibernate, lastMessageIndex = -1n } = body;
      const val = version === 1
        ? null
        : version === 2
        ? { canHibernate, lastMsgIndex: lastMessageIndex }
        : { canHibernate };
      return { tag: "ToServerWebSocketOpen", val };
    }
    case "webSocketMessage":
      return {
        tag: "ToServerWebSocketMessage",
        val: { data: toBuffer(body.data), binary: body.binary },
      };
    case "webSocketMessageAck":
      return { tag: "ToServerWebSocketMessageAck", val: { index: body.index } };
    case "webSocketClose": {
      const { code, reason, hibernate } = body;
      const goesOn = version === 1 ? {} : version === 2 ? { retry: hibernate } : { hibernate };
      return { tag: "ToServerWebSocketClose", val: { code, reason, ...goesOn } };
    }
  }
}

function toClientBody(body: ToClientTunnelBody): Member {
  switch (body.kind) {
    case "tunnelAck":
      return { tag: "TunnelAck", val: null };
    case "requestStart": {
      const { actorId, method, path, headers, stream } = body;
      const bytes = body.body && toBuffer(body.body);
      const val = { actorId, method, path, headers, body: bytes, stream };
      return { tag: "ToClientRequestStart", val };
    }
    case "requestChunk":
      return {
        tag: "ToClientRequestChunk",
        val: { body: toBuffer(body.body), finish: body.finish },
      };
    case "requestAbort":
      return { tag: "ToClientRequestAbort", val: null };
    case "webSocketOpen": {
      const { actorId, path, headers } = body;
      return { tag: "ToClientWebSocketOpen", val: { actorId, path, headers } };
    }
    case "webSocketMessage":
      return {
        tag: "ToClientWebSocketMessage",
        val: { data: toBuffer(body.data), binary: body.binary },
      };
    case "webSocketClose":
      return { tag: "ToClientWebSocketClose", val: { code: body.code, reason: body.reason } };
  }
}

function toBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer;
}
