import type { ActorRow, ActRow, RunnerRow, SocketRow, Verb } from "../../lib/inspect/mod.ts";
import { formatActor, plural, shortId } from "../format.ts";

/** What a person is about to do. */
export interface Intent {
  readonly verb: Verb;
  /** Where it is asked for. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What it is done to, as people speak of it: "counter/demo", "3 actors". */
  readonly what: string;
  /** Whether it is about one actor or socket, which the address names. */
  readonly isOne: boolean;
  /** What a row of the answer is about, and the page that shows it. */
  readonly named: (row: Pick<ActRow, "actorId" | "requestId">) => Named;
  /** What would be said, for the reader to change. */
  readonly draft?: Draft;
}

/** A message that is not said yet: its text, or its bytes in hex. */
export interface Draft {
  readonly kind: "text" | "binary";
  readonly text: string;
  /** What the reader should know of it, "" for nothing. */
  readonly hint: string;
  /** Of an HTTP request: where it goes. */
  readonly path?: string;
}

export interface Named {
  readonly name: string;
  readonly href: string;
}

type Actor = Pick<ActorRow, "actorId" | "name" | "key">;
type Socket = Pick<SocketRow, "requestId" | "actorId">;

export function onActor(verb: "hibernate" | "wake", actor: Actor): Intent {
  const what = formatActor(actor.name, actor.key);
  return {
    verb,
    path: `/api/actors/${encodeURIComponent(actor.actorId)}/${verb}`,
    body: {},
    what,
    isOne: true,
    named: named(new Map([[actor.actorId, what]])),
  };
}

export function onActors(verb: "hibernate" | "wake", actors: readonly Actor[]): Intent {
  if (actors.length === 1) return onActor(verb, actors[0]!);
  return {
    verb,
    path: `/api/actors/${verb}`,
    body: { actorIds: actors.map(({ actorId }) => actorId) },
    what: plural(actors.length, "actor"),
    isOne: false,
    named: named(namesOf(actors)),
  };
}

/** `nameOf`: of the actor that a socket is of. */
export function onSockets<Row extends Socket>(
  sockets: readonly Row[],
  nameOf: (socket: Row) => string,
): Intent {
  const names = new Map(sockets.map((socket) => [socket.actorId as string, nameOf(socket)]));
  const [first] = sockets;
  const isOne = sockets.length === 1;
  return {
    verb: "close",
    path: isOne ? `/api/sockets/${first!.requestId}/close` : "/api/sockets/close",
    body: isOne ? {} : { requestIds: sockets.map(({ requestId }) => requestId) },
    what: isOne
      ? `socket ${first!.requestId} of ${nameOf(first!)}`
      : plural(sockets.length, "socket"),
    isOne,
    named: named(names),
  };
}

/** `name`: of the socket's actor. */
export function onMessage(socket: Socket, name: string, draft: Draft): Intent {
  return {
    verb: "replay",
    path: `/api/sockets/${socket.requestId}/replay`,
    body: { text: "" },
    what: `a message to ${name}`,
    isOne: true,
    named: named(new Map([[socket.actorId, name]])),
    draft,
  };
}

/** `name`: of the request's actor. */
export function onRequest(requestId: string, name: string, draft: Draft): Intent {
  return {
    verb: "replay",
    path: `/api/requests/${requestId}/replay`,
    body: {},
    what: `a request to ${name}`,
    isOne: true,
    named: ({ requestId }) => ({ name: `request ${requestId}`, href: `/requests/${requestId}` }),
    draft,
  };
}

/** As the server wants it; `null` for what is not hex. */
export function bodyOf(
  { kind }: Pick<Draft, "kind">,
  text: string,
): { readonly text: string } | { readonly base64: string } | null {
  if (kind === "text") return { text };
  const digits = text.replaceAll(/\s/g, "");
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) return null;
  const bytes = (digits.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  return { base64: btoa(String.fromCharCode(...bytes)) };
}

/** `actors`: those whose names are known. */
export function onRunners(
  verb: Extract<Verb, "drain" | "resume" | "hibernate" | "close">,
  runners: readonly Pick<RunnerRow, "runnerId" | "name">[],
  actors: readonly Actor[],
): Intent {
  const [first] = runners;
  const isOne = runners.length === 1;
  const them = isOne
    ? `runner ${first!.name} ${shortId(first!.runnerId)}`
    : plural(runners.length, "runner");
  return {
    verb,
    path: isOne
      ? `/api/runners/${encodeURIComponent(first!.runnerId)}/${verb}`
      : `/api/runners/${verb}`,
    body: isOne ? {} : { runnerIds: runners.map(({ runnerId }) => runnerId) },
    what: verb === "drain" || verb === "resume"
      ? them
      : `${verb === "close" ? "the sockets" : "the actors"} of ${them}`,
    isOne: false,
    named: named(namesOf(actors)),
  };
}

function namesOf(actors: readonly Actor[]): ReadonlyMap<string, string> {
  return new Map(actors.map(({ actorId, name, key }) => [actorId, formatActor(name, key)]));
}

function named(names: ReadonlyMap<string, string>): Intent["named"] {
  return ({ actorId, requestId }) => {
    const actor = actorId === null ? "" : names.get(actorId) ?? actorId;
    if (requestId === null) return { name: actor, href: `/actors/${encodeURIComponent(actorId!)}` };
    return { name: `${actor} ${requestId}`.trim(), href: `/sockets/${requestId}` };
  };
}
