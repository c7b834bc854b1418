import type {
  Acknowledged,
  CommandWrapper,
  EventWrapper,
  KvRequest,
  KvResponse,
  ToClient,
  ToClientTunnelBody,
  ToServer,
  ToServerTunnelBody,
} from "../../protocol/mod.ts";
import type { Secrets } from "../secrets.ts";

/** Commands or events that are named one by one. */
const NAMED = 3;

/** What a frame says in a few words: nothing of what users send, and no secret. */
export function noteOf(message: ToClient | ToServer, secrets: Secrets): string {
  switch (message.kind) {
    case "init":
      return "runnerId" in message
        ? `runner ${message.runnerId}, lost after ${message.runnerLostThreshold} ms`
        : `${message.name} v${message.version}, ${message.totalSlots} slots`;
    case "commands":
      return listed(message.commands, commandNote);
    case "events":
      return listed(message.events, eventNote);
    case "ackCommands":
    case "ackEvents":
      return ackNote(message.acknowledged);
    case "kvRequest":
      return `${message.requestId}: ${requestNote(message.request)}`;
    case "kvResponse":
      return `${message.requestId}: ${responseNote(message.response)}`;
    case "ping":
    case "pong":
      return new Date(Number(message.ts)).toISOString().slice(11, 23);
    case "tunnel":
      return bodyNote(message.body, secrets);
    case "stopping":
    case "close":
      return "";
  }
}

function bodyNote(body: ToClientTunnelBody | ToServerTunnelBody, secrets: Secrets): string {
  switch (body.kind) {
    case "requestStart":
      return `${body.method} ${secrets.path(body.path)}${bodyBytes(body.body)}${more(body.stream)}`;
    case "responseStart":
      return `${body.status}${bodyBytes(body.body)}${more(body.stream)}`;
    case "requestChunk":
    case "responseChunk":
      return `${body.body.length} bytes${body.finish ? ", the last" : ""}`;
    case "webSocketOpen":
      return "path" in body
        ? secrets.path(body.path)
        : body.canHibernate
        ? "taken, can hibernate"
        : "taken, cannot hibernate";
    case "webSocketMessage":
      return `${body.binary ? "binary" : "text"}, ${body.data.length} bytes`;
    case "webSocketMessageAck":
      return `up to ${body.index}`;
    case "webSocketClose": {
      // The reason is a user's own words.
      const end = `${body.code ?? "no code"}`;
      return "hibernate" in body && body.hibernate ? `${end}, stays open at the gateway` : end;
    }
    case "requestAbort":
    case "responseAbort":
    case "tunnelAck":
      return "";
  }
}

function commandNote({ checkpoint, command }: CommandWrapper): string {
  const { generation } = checkpoint;
  if (command.kind === "stop") return `stop generation ${generation}`;
  const { config: { name, key }, hibernatingRequests: { length } } = command;
  const actor = key === null ? name : `${name}/${key}`;
  return `start ${actor}, generation ${generation}${length > 0 ? `, ${length} sockets` : ""}`;
}

function eventNote({ checkpoint: { generation }, event }: EventWrapper): string {
  switch (event.kind) {
    case "intent":
      return `wants to ${event.intent}`;
    case "running":
      return `running, generation ${generation}`;
    case "stopped":
      return `stopped ${event.code}${event.message === null ? "" : `: ${event.message}`}`;
    case "setAlarm":
      return event.alarmTs === null ? "no alarm" : "an alarm";
  }
}

function ackNote(acknowledged: Acknowledged): string {
  if ("upTo" in acknowledged) return `up to ${acknowledged.upTo}`;
  return `${acknowledged.checkpoints.length} actors`;
}

function requestNote(request: KvRequest): string {
  switch (request.kind) {
    case "put":
      return `put ${request.keys.length} keys, ${sizeOf(request.values)} bytes`;
    case "get":
    case "delete":
      return `${request.kind} ${request.keys.length} keys`;
    case "list":
      return `list ${request.query.kind}`;
    case "deleteRange":
      return "delete a range";
    case "drop":
      return "drop";
  }
}

function responseNote(response: KvResponse): string {
  if (response.kind === "error") return `error ${response.message}`;
  if (!("keys" in response)) return `${response.kind} done`;
  const { kind, keys, values } = response;
  return `${kind} ${keys.length} keys, ${sizeOf(values)} bytes`;
}

function listed<Item>(items: readonly Item[], noteOf: (item: Item) => string): string {
  const notes = items.slice(0, NAMED).map(noteOf);
  const rest = items.length - notes.length;
  return [...notes, ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function bodyBytes(body: Uint8Array | null): string {
  return body === null ? "" : `, ${body.length} bytes`;
}

function more(stream: boolean): string {
  return stream ? ", more follows" : "";
}
