/** The decoder of version 2. */
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
import { actorId, runnerId } from "./ids.ts";
import { LEGACY_ID_BYTES, unpackIds } from "./legacy_ids.ts";
import type {
  ActorCheckpoint,
  CommandWrapper,
  EventWrapper,
  LegacyIds,
  ToClient,
  ToClientTunnelMessage,
  ToServer,
  ToServerTunnelBody,
} from "./message.ts";
import {
  COMMANDS,
  KV_REQUESTS,
  TO_CLIENT,
  TO_CLIENT_BODIES,
  TO_SERVER,
  TO_SERVER_BODIES,
} from "./tags_v2.ts";
import type { WireReader } from "./wire_reader.ts";

export function readToServer(reader: WireReader): ToServer {
  const message = readToServerMember(reader, reader.tag(TO_SERVER));
  reader.end();
  return message;
}

function readToServerMember(reader: WireReader, kind: (typeof TO_SERVER)[number]): ToServer {
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

export function readToClient(reader: WireReader): ToClient {
  const message = readToClientMember(reader, reader.tag(TO_CLIENT));
  reader.end();
  return message;
}

function readToClientMember(reader: WireReader, kind: (typeof TO_CLIENT)[number]): ToClient {
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
  const member = reader.tag(EVENTS);
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
