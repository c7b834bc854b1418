/** Commands and events, their numbers and their acks: each read beside how it is written. */
import { actorId, type GatewayId, type RequestId } from "./ids.ts";
import { demand, type Layout } from "./layout.ts";
import type {
  Acknowledged,
  ActorCheckpoint,
  ActorCommand,
  ActorConfig,
  ActorEvent,
  CommandWrapper,
  EventWrapper,
  HibernatingRequest,
} from "./message.ts";
import type { WireReader } from "./wire_reader.ts";
import type { WireWriter } from "./wire_writer.ts";

const COMMANDS = ["start", "stop"] as const;
const EVENTS = ["intent", "state", "setAlarm"] as const;
const INTENTS = ["sleep", "stop"] as const;
const STATES = ["running", "stopped"] as const;
const STOP_CODES = ["ok", "error"] as const;

export function readCommand(reader: WireReader, layout: Layout): CommandWrapper {
  const { member: kind, checkpoint } = readHead(reader, layout, COMMANDS, false);
  return { checkpoint, command: readCommandBody(reader, layout, kind) };
}

function readCommandBody(
  reader: WireReader,
  layout: Layout,
  kind: ActorCommand["kind"],
): ActorCommand {
  switch (kind) {
    case "start":
      return {
        kind,
        config: readActorConfig(reader),
        hibernatingRequests: layout.has.hibernatingRequests
          ? reader.list(() => readRequest(reader))
          : [],
      };
    case "stop":
      return { kind };
  }
}

export function writeCommand(
  writer: WireWriter,
  layout: Layout,
  { checkpoint, command }: CommandWrapper,
): void {
  writeHead(writer, layout, checkpoint, COMMANDS.indexOf(command.kind), false);
  if (command.kind === "stop") return;
  const { config, hibernatingRequests } = command;
  writeActorConfig(writer, config);
  if (layout.has.hibernatingRequests) {
    writer.list(hibernatingRequests, (request) => writeRequest(writer, request));
  } else if (hibernatingRequests.length > 0) {
    demand(layout, "hibernatingRequests");
  }
}

export function readEvent(reader: WireReader, layout: Layout): EventWrapper {
  const { member, checkpoint } = readHead(reader, layout, EVENTS, true);
  return { checkpoint, event: readEventBody(reader, member) };
}

function readEventBody(reader: WireReader, member: (typeof EVENTS)[number]): ActorEvent {
  switch (member) {
    case "intent":
      return { kind: "intent", intent: reader.tag(INTENTS) };
    case "state":
      if (reader.tag(STATES) === "running") return { kind: "running" };
      return {
        kind: "stopped",
        code: reader.tag(STOP_CODES),
        message: reader.optional(() => reader.text()),
      };
    case "setAlarm":
      return { kind: "setAlarm", alarmTs: reader.optional(() => reader.i64()) };
  }
}

export function writeEvent(
  writer: WireWriter,
  layout: Layout,
  { checkpoint, event }: EventWrapper,
): void {
  const head = (member: (typeof EVENTS)[number]): void =>
    writeHead(writer, layout, checkpoint, EVENTS.indexOf(member), true);
  switch (event.kind) {
    case "intent":
      head("intent");
      return writer.tag(INTENTS.indexOf(event.intent));
    case "running":
      head("state");
      return writer.tag(STATES.indexOf(event.kind));
    case "stopped":
      head("state");
      writer.tag(STATES.indexOf(event.kind));
      writer.tag(STOP_CODES.indexOf(event.code));
      return writer.optional(event.message, (message) => writer.text(message));
    case "setAlarm":
      head("setAlarm");
      return writer.optional(event.alarmTs, (ts) => writer.i64(ts, "alarmTs"));
  }
}

/**
 * What stands before the fields of a command or an event: which actor, which generation, which
 * number, and the tag. They came together as a checkpoint in version 5; before, actor and generation
 * are behind the tag. Version 4 has the actor in the checkpoint and, in its events, again there.
 */
function readHead<Member extends string>(
  reader: WireReader,
  layout: Layout,
  members: readonly Member[],
  isEvent: boolean,
): { member: Member; checkpoint: ActorCheckpoint } {
  if (layout.has.generation) {
    const checkpoint = readCheckpoint(reader, layout);
    return { member: reader.tag(members), checkpoint };
  }
  if (layout.has.checkpoints) {
    const checkpoint = readCheckpoint(reader, layout);
    const member = reader.tag(members);
    const at = reader.offset;
    if (isEvent && reader.text() !== checkpoint.actorId) {
      reader.fail("decode.invalid_value", at, "Event is of another actor than its checkpoint");
    }
    return { member, checkpoint: { ...checkpoint, generation: reader.u32() } };
  }
  const index = reader.i64();
  const member = reader.tag(members);
  const id = actorId(reader.text());
  return { member, checkpoint: { actorId: id, generation: reader.u32(), index } };
}

function writeHead(
  writer: WireWriter,
  layout: Layout,
  checkpoint: ActorCheckpoint,
  tag: number,
  isEvent: boolean,
): void {
  const { actorId, generation, index } = checkpoint;
  if (layout.has.generation) {
    writeCheckpoint(writer, layout, checkpoint);
    writer.tag(tag);
    return;
  }
  if (layout.has.checkpoints) writer.text(actorId);
  writer.i64(index, "index");
  writer.tag(tag);
  if (isEvent || !layout.has.checkpoints) writer.text(actorId);
  writer.u32(generation, "generation");
}

export function readAcknowledged(reader: WireReader, layout: Layout): Acknowledged {
  if (!layout.has.checkpoints) return { upTo: reader.i64() };
  return { checkpoints: reader.list(() => readCheckpoint(reader, layout)) };
}

export function writeAcknowledged(
  writer: WireWriter,
  layout: Layout,
  acknowledged: Acknowledged,
): void {
  if ("upTo" in acknowledged) {
    demand(layout, "upTo");
    return writer.i64(acknowledged.upTo, "upTo");
  }
  demand(layout, "checkpoints");
  writer.list(acknowledged.checkpoints, (checkpoint) => {
    // Generation 0 is what a reader takes where none is said.
    if (checkpoint.generation !== 0) demand(layout, "generation");
    writeCheckpoint(writer, layout, checkpoint);
  });
}

function readCheckpoint(reader: WireReader, layout: Layout): ActorCheckpoint {
  return {
    actorId: actorId(reader.text()),
    generation: layout.has.generation ? reader.u32() : 0,
    index: reader.i64(),
  };
}

function writeCheckpoint(
  writer: WireWriter,
  layout: Layout,
  { actorId, generation, index }: ActorCheckpoint,
): void {
  writer.text(actorId);
  if (layout.has.generation) writer.u32(generation, "generation");
  writer.i64(index, "index");
}

function readActorConfig(reader: WireReader): ActorConfig {
  return {
    name: reader.text(),
    key: reader.optional(() => reader.text()),
    createTs: reader.i64(),
    input: reader.optional(() => reader.bytes()),
  };
}

function writeActorConfig(writer: WireWriter, config: ActorConfig): void {
  writer.text(config.name);
  writer.optional(config.key, (key) => writer.text(key));
  writer.i64(config.createTs, "createTs");
  writer.optional(config.input, (input) => writer.bytes(input));
}

export function readRequest(reader: WireReader): HibernatingRequest {
  return {
    gatewayId: reader.u32BigEndian() as GatewayId,
    requestId: reader.u32BigEndian() as RequestId,
  };
}

export function writeRequest(
  writer: WireWriter,
  { gatewayId, requestId }: HibernatingRequest,
): void {
  writer.u32BigEndian(gatewayId, "gatewayId");
  writer.u32BigEndian(requestId, "requestId");
}
