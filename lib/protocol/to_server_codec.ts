/** Messages from runner to gateway: how they are read beside how they are written. */
import { readAcknowledged, readEvent, writeAcknowledged, writeEvent } from "./actor_codec.ts";
import { actorId } from "./ids.ts";
import { readKvRequest, writeKvRequest } from "./kv_codec.ts";
import { demand, type Layout, tagOf } from "./layout.ts";
import type { ToServer } from "./message.ts";
import { readTunnelToServer, writeTunnelToServer } from "./tunnel_codec.ts";
import type { WireReader } from "./wire_reader.ts";
import type { WireWriter } from "./wire_writer.ts";

export function readToServer(reader: WireReader, layout: Layout): ToServer {
  const kind = reader.tag(layout.toServer);
  switch (kind) {
    case "init":
      return readInit(reader, layout);
    case "events":
      return { kind, events: reader.list(() => readEvent(reader, layout)) };
    case "ackCommands":
      return { kind, acknowledged: readAcknowledged(reader, layout) };
    case "stopping":
      return { kind };
    case "pong":
      return { kind, ts: reader.i64() };
    case "kvRequest":
      return {
        kind,
        actorId: actorId(reader.text()),
        requestId: reader.u32(),
        request: readKvRequest(reader, layout),
      };
    case "tunnel":
      return readTunnelToServer(reader, layout);
  }
}

export function writeToServer(writer: WireWriter, layout: Layout, message: ToServer): void {
  writer.tag(tagOf(layout, layout.toServer, message.kind));
  switch (message.kind) {
    case "init":
      return writeInit(writer, layout, message);
    case "events":
      return writer.list(message.events, (event) => writeEvent(writer, layout, event));
    case "ackCommands":
      return writeAcknowledged(writer, layout, message.acknowledged);
    case "stopping":
      return;
    case "pong":
      return writer.i64(message.ts, "ts");
    case "kvRequest":
      writer.text(message.actorId);
      writer.u32(message.requestId, "requestId");
      return writeKvRequest(writer, layout, message.request);
    case "tunnel":
      return writeTunnelToServer(writer, layout, message);
  }
}

type Init = ToServer & { kind: "init" };

function readInit(reader: WireReader, { has }: Layout): Init {
  return {
    kind: "init",
    name: reader.text(),
    version: reader.u32(),
    totalSlots: reader.u32(),
    ...(has.lastCommandIndex && { lastCommandIndex: reader.optional(() => reader.i64()) }),
    prepopulateActorNames: reader.optional(() => reader.map(() => reader.text())),
    metadata: reader.optional(() => reader.text()),
  };
}

function writeInit(writer: WireWriter, layout: Layout, message: Init): void {
  const { lastCommandIndex = null } = message;
  writer.text(message.name);
  writer.u32(message.version, "version");
  writer.u32(message.totalSlots, "totalSlots");
  if (layout.has.lastCommandIndex) {
    writer.optional(lastCommandIndex, (index) => writer.i64(index, "lastCommandIndex"));
  } else if (lastCommandIndex !== null) {
    demand(layout, "lastCommandIndex");
  }
  writer.optional(
    message.prepopulateActorNames,
    (names) => writer.map(names, (metadata) => writer.text(metadata)),
  );
  writer.optional(message.metadata, (metadata) => writer.text(metadata));
}
