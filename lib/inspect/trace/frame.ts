import { formatId, type ToClient, type ToServer, type TracedFrame } from "../../protocol/mod.ts";

type Tunnel = Extract<ToClient | ToServer, { kind: "tunnel" }>;

/** What a frame says: of what a tunnel carries for a client, that; `unreadable` says nothing. */
export type FrameKind =
  | Exclude<(ToClient | ToServer)["kind"], "tunnel">
  | Tunnel["body"]["kind"]
  | "unreadable";

export type FrameDirection = TracedFrame["direction"];

/** A frame as it is kept: who may not see what users send sees all of it but `decoded`. */
export interface Frame {
  readonly ts: number;
  readonly runnerId: string | null;
  readonly direction: FrameDirection;
  readonly kind: FrameKind;
  /** `null`: both ends are in this process, and it was handed over without a frame. */
  readonly bytes: number | null;
  /** Of the actor that it names, if it names one. */
  readonly actorId: string | null;
  /** Of the client's socket or request that it is about, as their pages have it. */
  readonly requestId: string | null;
  /** On the tunnel, of that socket or request. */
  readonly index: number | null;
  /** What it says, in a few words that have nothing of what users send. */
  readonly note: string;
  /** Everything in it as JSON, without secrets and not long; `null` where payloads are not kept. */
  readonly decoded: string | null;
  /** Frames before it that were too many to be noted. */
  readonly skipped: number;
  /** It is the first since somebody watches: what went before was not noted. */
  readonly isFirst: boolean;
}

export type KeptFrame = Frame & { readonly id: number };

/** What it is about. */
export function aboutOf(
  frame: TracedFrame,
): Pick<Frame, "kind" | "actorId" | "requestId" | "index"> {
  const nobody = { actorId: null, requestId: null, index: null };
  if ("unreadable" in frame) return { ...nobody, kind: "unreadable" };
  const { message } = frame;
  switch (message.kind) {
    case "tunnel": {
      const { messageId: { requestId, messageIndex }, body } = message;
      const actorId = "actorId" in body ? body.actorId : null;
      return { kind: body.kind, actorId, requestId: formatId(requestId), index: messageIndex };
    }
    case "kvRequest":
      return { ...nobody, kind: message.kind, actorId: message.actorId };
    case "events":
      return { ...nobody, kind: message.kind, actorId: onlyActor(message.events) };
    case "commands":
      return { ...nobody, kind: message.kind, actorId: onlyActor(message.commands) };
    default:
      return { ...nobody, kind: message.kind };
  }
}

/** The actor that all of them are about. */
function onlyActor(
  all: readonly { readonly checkpoint: { readonly actorId: string } }[],
): string | null {
  const actors = new Set(all.map(({ checkpoint }) => checkpoint.actorId));
  return actors.size === 1 ? [...actors][0]! : null;
}
