/** The careful decoder of version 7: it reads every kind, and says what is wrong with a frame. */
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
import { actorId, type GatewayId, type RequestId, runnerId } from "./ids.ts";
import type {
  Acknowledged,
  ActorCheckpoint,
  ActorCommand,
  HibernatingRequest,
  MessageId,
  ToClient,
  ToServer,
} from "./message.ts";
import {
  COMMANDS,
  KV_REQUESTS,
  TO_CLIENT,
  TO_CLIENT_BODIES,
  TO_SERVER,
  TO_SERVER_BODIES,
} from "./tags_v7.ts";
import type { WireReader } from "./wire_reader.ts";

export function readToServer(reader: WireReader): ToServer {
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
      return {
        kind,
        messageId: readId(reader),
        body: readToServerBody(reader, reader.tag(TO_SERVER_BODIES)),
      };
  }
}

export function readToClient(reader: WireReader): ToClient {
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
      return {
        kind,
        messageId: readId(reader),
        body: readToClientBody(reader, reader.tag(TO_CLIENT_BODIES)),
      };
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
