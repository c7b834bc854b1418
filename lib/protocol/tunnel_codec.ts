/** Tunnel messages, ids and bodies: each read beside how it is written. */
import { readRequest, writeRequest } from "./actor_codec.ts";
import { actorId, type MessageIndex } from "./ids.ts";
import { demand, type Layout, tagOf } from "./layout.ts";
import { LEGACY_ID_BYTES, legacyIdsOf, unpackIds } from "./legacy_ids.ts";
import type {
  LegacyIds,
  MessageId,
  ToClientTunnelBody,
  ToClientTunnelMessage,
  ToServerTunnelBody,
  ToServerTunnelMessage,
} from "./message.ts";
import type { WireReader } from "./wire_reader.ts";
import type { WireWriter } from "./wire_writer.ts";

/** Before the first index: the actor has seen no message. */
const NONE = -1n;

export function readTunnelToServer(reader: WireReader, layout: Layout): ToServerTunnelMessage {
  if (!layout.has.legacyIds) {
    const messageId = readMessageId(reader);
    return { kind: "tunnel", messageId, body: readToServerBody(reader, layout) };
  }
  const legacyIds = readLegacyIds(reader);
  const messageId = unpackIds(legacyIds);
  return { kind: "tunnel", messageId, body: readToServerBody(reader, layout), legacyIds };
}

export function writeTunnelToServer(
  writer: WireWriter,
  layout: Layout,
  message: ToServerTunnelMessage,
): void {
  writeIds(writer, layout, message, false);
  writeToServerBody(writer, layout, message.body);
}

export function readTunnelToClient(reader: WireReader, layout: Layout): ToClientTunnelMessage {
  if (!layout.has.legacyIds) {
    const messageId = readMessageId(reader);
    const body = readToClientBody(reader, reader.tag(layout.toClientBodies));
    return { kind: "tunnel", messageId, body };
  }
  const legacyIds = readLegacyIds(reader);
  const kind = reader.tag(layout.toClientBodies);
  const packed = unpackIds(legacyIds);
  const messageId = saysIndex(layout, kind)
    ? { ...packed, messageIndex: readIndex(reader) }
    : packed;
  const body = readToClientBody(reader, kind);
  const at = reader.offset;
  if (reader.bool()) {
    reader.fail("decode.invalid_value", at, "gatewayReplyTo is there, but is never a runner's");
  }
  return { kind: "tunnel", messageId, body, legacyIds };
}

export function writeTunnelToClient(
  writer: WireWriter,
  layout: Layout,
  message: ToClientTunnelMessage,
): void {
  const { body, messageId } = message;
  const indexInBody = saysIndex(layout, body.kind);
  writeIds(writer, layout, message, indexInBody);
  writer.tag(tagOf(layout, layout.toClientBodies, body.kind));
  if (indexInBody) writer.u16(messageId.messageIndex, "messageIndex");
  writeToClientBody(writer, body);
  // No gatewayReplyTo.
  if (layout.has.legacyIds) writer.bool(false);
}

function saysIndex(layout: Layout, kind: ToClientTunnelBody["kind"]): boolean {
  return layout.indexInMessage && kind === "webSocketMessage";
}

function readToServerBody(reader: WireReader, layout: Layout): ToServerTunnelBody {
  const kind = reader.tag(layout.toServerBodies);
  switch (kind) {
    case "responseStart":
      return {
        kind,
        status: reader.u16(),
        headers: readHeaders(reader),
        body: reader.bool() ? reader.bytes() : null,
        stream: reader.bool(),
      };
    case "responseChunk":
      return { kind, body: reader.bytes(), finish: reader.bool() };
    case "webSocketOpen":
      return readToServerOpen(reader, layout);
    case "webSocketMessage":
      return { kind, data: reader.bytes(), binary: reader.bool() };
    case "webSocketMessageAck":
      return { kind, index: readIndex(reader) };
    case "webSocketClose":
      return { kind, ...readClose(reader), hibernate: layout.has.hibernate && reader.bool() };
    case "responseAbort":
    case "tunnelAck":
      return { kind };
  }
}

function writeToServerBody(writer: WireWriter, layout: Layout, body: ToServerTunnelBody): void {
  writer.tag(tagOf(layout, layout.toServerBodies, body.kind));
  switch (body.kind) {
    case "responseStart":
      writer.u16(body.status, "status");
      writeHeaders(writer, body.headers);
      writer.bool(body.body !== null);
      if (body.body !== null) writer.bytes(body.body);
      writer.bool(body.stream);
      return;
    case "responseChunk":
      writer.bytes(body.body);
      writer.bool(body.finish);
      return;
    case "webSocketOpen":
      return writeToServerOpen(writer, layout, body);
    case "webSocketMessage":
      writer.bytes(body.data);
      writer.bool(body.binary);
      return;
    case "webSocketMessageAck":
      return writer.u16(body.index, "index");
    case "webSocketClose":
      writeClose(writer, body);
      if (layout.has.hibernate) writer.bool(body.hibernate);
      else if (body.hibernate) demand(layout, "hibernate");
      return;
    case "responseAbort":
    case "tunnelAck":
      return;
  }
}

type ToServerOpen = ToServerTunnelBody & { kind: "webSocketOpen" };

function readToServerOpen(reader: WireReader, { has }: Layout): ToServerOpen {
  const canHibernate = has.canHibernate && reader.bool();
  return has.lastMessageIndex
    ? { kind: "webSocketOpen", canHibernate, lastMessageIndex: reader.i64() }
    : { kind: "webSocketOpen", canHibernate };
}

function writeToServerOpen(
  writer: WireWriter,
  layout: Layout,
  { canHibernate, lastMessageIndex = NONE }: ToServerOpen,
): void {
  if (layout.has.canHibernate) writer.bool(canHibernate);
  else if (canHibernate) demand(layout, "canHibernate");
  if (layout.has.lastMessageIndex) writer.i64(lastMessageIndex, "lastMessageIndex");
  else if (lastMessageIndex !== NONE) demand(layout, "lastMessageIndex");
}

/** A body behind its tag. */
function readToClientBody(
  reader: WireReader,
  kind: ToClientTunnelBody["kind"],
): ToClientTunnelBody {
  switch (kind) {
    case "requestStart":
      return {
        kind,
        actorId: actorId(reader.text()),
        method: reader.text(),
        path: reader.text(),
        headers: readHeaders(reader),
        body: reader.bool() ? reader.bytes() : null,
        stream: reader.bool(),
      };
    case "requestChunk":
      return { kind, body: reader.bytes(), finish: reader.bool() };
    case "webSocketOpen":
      return {
        kind,
        actorId: actorId(reader.text()),
        path: reader.text(),
        headers: readHeaders(reader),
      };
    case "webSocketMessage":
      return { kind, data: reader.bytes(), binary: reader.bool() };
    case "webSocketClose":
      return { kind, ...readClose(reader) };
    case "requestAbort":
    case "tunnelAck":
      return { kind };
  }
}

function writeToClientBody(writer: WireWriter, body: ToClientTunnelBody): void {
  switch (body.kind) {
    case "requestStart":
      writer.text(body.actorId);
      writer.text(body.method);
      writer.text(body.path);
      writeHeaders(writer, body.headers);
      writer.bool(body.body !== null);
      if (body.body !== null) writer.bytes(body.body);
      writer.bool(body.stream);
      return;
    case "requestChunk":
      writer.bytes(body.body);
      writer.bool(body.finish);
      return;
    case "webSocketOpen":
      writer.text(body.actorId);
      writer.text(body.path);
      writeHeaders(writer, body.headers);
      return;
    case "webSocketMessage":
      writer.bytes(body.data);
      writer.bool(body.binary);
      return;
    case "webSocketClose":
      return writeClose(writer, body);
    case "requestAbort":
    case "tunnelAck":
      return;
  }
}

interface CloseFields {
  readonly code: number | null;
  readonly reason: string | null;
}

function readClose(reader: WireReader): CloseFields {
  return {
    code: reader.optional(() => reader.u16()),
    reason: reader.optional(() => reader.text()),
  };
}

function writeClose(writer: WireWriter, { code, reason }: CloseFields): void {
  writer.optional(code, (code) => writer.u16(code, "code"));
  writer.optional(reason, (reason) => writer.text(reason));
}

function readHeaders(reader: WireReader): Map<string, string> {
  return reader.map(() => reader.text());
}

function writeHeaders(writer: WireWriter, headers: ReadonlyMap<string, string>): void {
  writer.map(headers, (value) => writer.text(value));
}

function readMessageId(reader: WireReader): MessageId {
  const { gatewayId, requestId } = readRequest(reader);
  return { gatewayId, requestId, messageIndex: readIndex(reader) };
}

function readLegacyIds(reader: WireReader): LegacyIds {
  return { requestId: reader.fixed(LEGACY_ID_BYTES), messageId: reader.fixed(LEGACY_ID_BYTES) };
}

function writeIds(
  writer: WireWriter,
  layout: Layout,
  { messageId, legacyIds }: ToServerTunnelMessage | ToClientTunnelMessage,
  indexInBody: boolean,
): void {
  if (!layout.has.legacyIds) {
    if (legacyIds !== undefined) demand(layout, "legacyIds");
    writeRequest(writer, messageId);
    writer.u16(messageId.messageIndex, "messageIndex");
    return;
  }
  const ids = legacyIdsOf(messageId, legacyIds, indexInBody);
  writer.fixed(ids.requestId);
  writer.fixed(ids.messageId);
}

function readIndex(reader: WireReader): MessageIndex {
  return reader.u16() as MessageIndex;
}
