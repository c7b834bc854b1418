import { EncodeError } from "./errors.ts";
import { type ProtocolVersion, SUPPORTED_VERSIONS } from "./limits.ts";
import type {
  KvRequest,
  ToClient,
  ToClientTunnelBody,
  ToServer,
  ToServerTunnelBody,
} from "./message.ts";
import { covers, describeSpan, only, since, type Span, upTo } from "./span.ts";

/**
 * What only some versions have: members of unions and fields of the message model, by their names
 * there (`wire.md`, "What each version changed"). All versions have the rest.
 */
const SPANS = {
  tunnelAck: upTo(3),
  close: upTo(3),
  legacyIds: upTo(2),
  upTo: upTo(3),
  lastCommandIndex: upTo(3),
  lastEventIndex: upTo(3),
  webSocketMessageAck: since(2),
  canHibernate: since(2),
  hibernate: since(2),
  lastMessageIndex: only(2),
  hibernatingRequests: since(3),
  ping: since(4),
  checkpoints: since(4),
  generation: since(5),
  actorStopThreshold: since(6),
  serverlessDrainGracePeriod: since(6),
  deleteRange: since(7),
} as const satisfies Record<string, Span>;

export type Part = keyof typeof SPANS;

/** Members of the unions, in the order of their tags: a version skips those that it has not. */
const MEMBERS = {
  toServer: ["init", "events", "ackCommands", "stopping", "pong", "kvRequest", "tunnel"],
  toClient: ["init", "close", "commands", "ackEvents", "kvResponse", "tunnel", "ping"],
  toServerBodies: [
    "tunnelAck",
    "responseStart",
    "responseChunk",
    "responseAbort",
    "webSocketOpen",
    "webSocketMessage",
    "webSocketMessageAck",
    "webSocketClose",
  ],
  toClientBodies: [
    "tunnelAck",
    "requestStart",
    "requestChunk",
    "requestAbort",
    "webSocketOpen",
    "webSocketMessage",
    "webSocketClose",
  ],
  kvRequests: ["get", "list", "put", "delete", "deleteRange", "drop"],
} as const satisfies Unions;

interface Unions {
  readonly toServer: readonly ToServer["kind"][];
  readonly toClient: readonly ToClient["kind"][];
  readonly toServerBodies: readonly ToServerTunnelBody["kind"][];
  readonly toClientBodies: readonly ToClientTunnelBody["kind"][];
  readonly kvRequests: readonly KvRequest["kind"][];
}

/** How one version lays the message model out in bytes: all that its reader and writer go by. */
export interface Layout extends Unions {
  readonly version: ProtocolVersion;
  readonly has: Readonly<Record<Part, boolean>>;
  /** A `webSocketMessage` to the runner says its index itself: its id need not. In v2 only. */
  readonly indexInMessage: boolean;
}

/** By version. There is none at 0. */
export const LAYOUTS: readonly (Layout | undefined)[] = [
  undefined,
  ...SUPPORTED_VERSIONS.map(layoutOf),
];

function layoutOf(version: ProtocolVersion): Layout {
  const has = (part: string): boolean => !isPart(part) || covers(SPANS[part], version);
  const parts = Object.keys(SPANS) as Part[];
  return {
    version,
    has: Object.fromEntries(parts.map((part) => [part, has(part)])) as Record<Part, boolean>,
    indexInMessage: version === 2,
    toServer: MEMBERS.toServer.filter(has),
    toClient: MEMBERS.toClient.filter(has),
    toServerBodies: MEMBERS.toServerBodies.filter(has),
    toClientBodies: MEMBERS.toClientBodies.filter(has),
    kvRequests: MEMBERS.kvRequests.filter(has),
  };
}

function isPart(name: string): name is Part {
  return Object.hasOwn(SPANS, name);
}

/** Throws {@link EncodeError} where the version has no words for `part`. */
export function demand({ has, version }: Layout, part: Part): void {
  if (!has[part]) throw notInVersion(version, part);
}

/** The tag of a member of one of the layout's unions. Throws as {@link demand}. */
export function tagOf(layout: Layout, members: readonly string[], member: string): number {
  const tag = members.indexOf(member);
  if (tag < 0) throw notInVersion(layout.version, member as Part);
  return tag;
}

function notInVersion(version: number, part: Part): EncodeError {
  return new EncodeError(
    "encode.not_in_version",
    `Version ${version} cannot say ${part}, only ${describeSpan(SPANS[part])} can`,
  );
}
