import { GatewayError } from "../../gateway/errors.ts";
import type { Capture } from "./capture.ts";
import { type CapturedMessage, type Direction, type Stage, STAGES } from "./captured_message.ts";
import type { CapturedSocket } from "./captured_socket.ts";
import { payloadText } from "./payload.ts";

/** How far a message has come: it was said, or the last of its stages. */
export type MessageState = "said" | Stage;

/** One captured message, as lists show it. */
export interface MessageRow {
  /** Counts the socket's captured messages, both ways, from 1. */
  readonly id: number;
  readonly from: Direction;
  /** Its index on the tunnel; `null` before it has one. */
  readonly index: number | null;
  readonly kind: "text" | "binary";
  /** Of the whole message. */
  readonly bytes: number;
  /** The begin of its text, or of its bytes in hex; `null` where payloads are not captured. */
  readonly preview: string | null;
  readonly state: MessageState;
  /** When it was said, or first seen here, in ms since 1970, with fractions. */
  readonly ts: number;
  /** Milliseconds from then to each stage that it has come to, and that was seen here. */
  readonly stages: Readonly<Partial<Record<Stage, number>>>;
  /** How often it was sent again, and how often it came again and was dropped. */
  readonly resent: number;
  readonly repeated: number;
  /** The revision of the state whose commit covers it. */
  readonly commit: number | null;
  /** Messages before it that were not captured. */
  readonly skipped: number;
}

/** With all that was captured of it. */
export interface MessageDetail extends MessageRow {
  /** What was sent as text; `null` for bytes, and where payloads are not captured. */
  readonly text: string | null;
  /** What was sent as bytes. */
  readonly base64: string | null;
  /** Whether that is only the begin. */
  readonly isCut: boolean;
}

/** Which messages are wanted. */
export interface MessageFilter {
  readonly from?: Direction | undefined;
  readonly index?: number | undefined;
  readonly state?: MessageState | undefined;
  /** Somewhere in what was captured of the payload; case does not count. */
  readonly text?: string | undefined;
}

/** Characters of a text, or bytes of what is not text. */
const PREVIEW = { text: 200, bytes: 32 };

/** The captured messages that pass, newest first, at most so many of them. */
export function* messagesOf(
  { trail }: CapturedSocket,
  filter: MessageFilter = {},
): Generator<CapturedMessage> {
  if (trail === null) return;
  const wanted = { ...filter, text: filter.text?.toLowerCase() };
  for (let id = trail.lastId; id >= trail.first; id--) {
    const message = trail.at(id);
    if (passes(message, wanted)) yield message;
  }
}

export function messageRow(capture: Capture, message: CapturedMessage): MessageRow {
  const { id, from, index, binary, bytes, at, reached, resent, repeated, commit, skipped } =
    message;
  const stages: Partial<Record<Stage, number>> = {};
  for (const [place, stage] of STAGES[from].entries()) {
    if (reached[place]! >= 0) stages[stage] = reached[place]! / 1000;
  }
  return {
    id,
    from,
    index,
    kind: binary ? "binary" : "text",
    bytes,
    preview: previewOf(message),
    state: stateOf(message),
    ts: Math.round(capture.epochOf(at) * 1000) / 1000,
    stages,
    resent,
    repeated,
    commit: commit === 0 ? null : commit,
    skipped,
  };
}

export function messageDetail(capture: Capture, message: CapturedMessage): MessageDetail {
  const { payload, bytes, binary } = message;
  return {
    ...messageRow(capture, message),
    text: binary || payload === null ? null : payloadText(payload),
    base64: binary && payload instanceof Uint8Array ? payload.toBase64() : null,
    isCut: payload !== null && bytes > capture.messageBytes,
  };
}

/** Throws `no_message`. */
export function messageAt({ trail }: CapturedSocket, text: string): CapturedMessage {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (trail !== null && id >= trail.first && id <= trail.lastId) return trail.at(id);
  throw new GatewayError(
    404,
    "dashboard",
    "no_message",
    `No message ${JSON.stringify(text)} of this socket is captured, or it is no longer kept`,
  );
}

export function stateOf({ from, reached }: CapturedMessage): MessageState {
  const last = reached.findLastIndex((us) => us >= 0);
  return last === -1 ? "said" : STAGES[from][last]!;
}

function passes(message: CapturedMessage, { from, index, state, text }: MessageFilter): boolean {
  if (from !== undefined && message.from !== from) return false;
  if (index !== undefined && message.index !== index) return false;
  if (state !== undefined && stateOf(message) !== state) return false;
  if (text === undefined || text === "") return true;
  return message.payload !== null && payloadText(message.payload).toLowerCase().includes(text);
}

function previewOf({ payload, binary }: CapturedMessage): string | null {
  if (payload === null) return null;
  if (!binary) return payloadText(payload).slice(0, PREVIEW.text);
  const bytes = payload as Uint8Array;
  return bytes.subarray(0, PREVIEW.bytes).toHex().replaceAll(/..(?=.)/g, "$& ");
}
