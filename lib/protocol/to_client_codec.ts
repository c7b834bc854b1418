/** Messages from gateway to runner: how they are read beside how they are written. */
import { readAcknowledged, readCommand, writeAcknowledged, writeCommand } from "./actor_codec.ts";
import { EncodeError } from "./errors.ts";
import { runnerId } from "./ids.ts";
import { readKvResponse, writeKvResponse } from "./kv_codec.ts";
import { demand, type Layout, tagOf } from "./layout.ts";
import type { ToClient } from "./message.ts";
import { readTunnelToClient, writeTunnelToClient } from "./tunnel_codec.ts";
import type { WireReader } from "./wire_reader.ts";
import type { WireWriter } from "./wire_writer.ts";

/** Before the first index: no event was taken in. */
const NONE = -1n;

export function readToClient(reader: WireReader, layout: Layout): ToClient {
  const kind = reader.tag(layout.toClient);
  switch (kind) {
    case "init":
      return readInit(reader, layout);
    case "commands":
      return { kind, commands: reader.list(() => readCommand(reader, layout)) };
    case "ackEvents":
      return { kind, acknowledged: readAcknowledged(reader, layout) };
    case "kvResponse":
      return { kind, requestId: reader.u32(), response: readKvResponse(reader) };
    case "tunnel":
      return readTunnelToClient(reader, layout);
    case "ping":
      return { kind, ts: reader.i64() };
    case "close":
      return { kind };
  }
}

export function writeToClient(writer: WireWriter, layout: Layout, message: ToClient): void {
  writer.tag(tagOf(layout, layout.toClient, message.kind));
  switch (message.kind) {
    case "init":
      return writeInit(writer, layout, message);
    case "commands":
      return writer.list(message.commands, (command) => writeCommand(writer, layout, command));
    case "ackEvents":
      return writeAcknowledged(writer, layout, message.acknowledged);
    case "kvResponse":
      writer.u32(message.requestId, "requestId");
      return writeKvResponse(writer, message.response);
    case "tunnel":
      return writeTunnelToClient(writer, layout, message);
    case "ping":
      return writer.i64(message.ts, "ts");
    case "close":
      return;
  }
}

type Init = ToClient & { kind: "init" };

function readInit(reader: WireReader, { has }: Layout): Init {
  return {
    kind: "init",
    runnerId: runnerId(reader.text()),
    ...(has.lastEventIndex && { lastEventIndex: reader.i64() }),
    runnerLostThreshold: reader.i64(),
    actorStopThreshold: has.actorStopThreshold ? reader.i64() : null,
    serverlessDrainGracePeriod: has.serverlessDrainGracePeriod
      ? reader.optional(() => reader.i64())
      : null,
  };
}

function writeInit(writer: WireWriter, layout: Layout, message: Init): void {
  const { lastEventIndex = NONE, actorStopThreshold, serverlessDrainGracePeriod } = message;
  writer.text(message.runnerId);
  if (layout.has.lastEventIndex) writer.i64(lastEventIndex, "lastEventIndex");
  else if (lastEventIndex !== NONE) demand(layout, "lastEventIndex");
  writer.i64(message.runnerLostThreshold, "runnerLostThreshold");
  if (layout.has.actorStopThreshold) {
    if (actorStopThreshold === null) throw thresholdMissing();
    writer.i64(actorStopThreshold, "actorStopThreshold");
  } else if (actorStopThreshold !== null) {
    demand(layout, "actorStopThreshold");
  }
  if (layout.has.serverlessDrainGracePeriod) {
    writer.optional(
      serverlessDrainGracePeriod,
      (period) => writer.i64(period, "serverlessDrainGracePeriod"),
    );
  } else if (serverlessDrainGracePeriod !== null) {
    demand(layout, "serverlessDrainGracePeriod");
  }
}

function thresholdMissing(): EncodeError {
  return new EncodeError("encode.invalid_value", "actorStopThreshold is null, wanted since 6");
}
