import { GatewayError } from "../../gateway/errors.ts";
import { formatId, type RequestId, requestId } from "../../protocol/mod.ts";
import { notKnownHere } from "../actor_inspection.ts";
import { payloadText } from "../capture/payload.ts";
import type { Inspected } from "../inspected.ts";
import type { CapturedRequest } from "./captured_request.ts";
import type { CapturedSide } from "./captured_side.ts";

/** `waiting` for its actor; `sent` to it; `answering`: the answer has begun; `ended`. */
export type RequestPhase = "waiting" | "sent" | "answering" | "ended";

/** One HTTP request, as its page shows it. */
export interface RequestInspection {
  readonly requestId: string;
  readonly actorId: string;
  /** `null` of an actor that nobody has in memory. */
  readonly actorName: string | null;
  readonly actorKey: string | null;
  readonly method: string;
  /** Without secrets. */
  readonly path: string;
  readonly phase: RequestPhase;
  /** `null` before its answer has begun. */
  readonly status: number | null;
  readonly error: string | null;
  readonly startedTs: number;
  /** `null` while it is in flight. */
  readonly durationMs: number | null;
  /** From its begin until it was first sent to its actor, and until the answer began. */
  readonly sentMs: number | null;
  readonly answeredMs: number | null;
  /** How often it was sent: again after a cut, where that is allowed. */
  readonly sendings: number | null;
  /** Bytes of the bodies. */
  readonly requestBytes: number | null;
  readonly responseBytes: number | null;
  /** Whether heads and bodies are there to be seen: the latest are. */
  readonly isCaptured: boolean;
}

/** What was asked and answered, as far as it was captured. */
export interface RequestContent {
  readonly request: RequestSide;
  /** `null` before it begins, and where the gateway itself has answered. */
  readonly response: RequestSide | null;
}

export interface RequestSide {
  /** Secrets are redacted. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Headers that were too long to be kept. */
  readonly headersCut: number;
  /** Of the whole body. */
  readonly bytes: number;
  /** The body as text; `null` for bytes, for none, and where none is kept. */
  readonly text: string | null;
  readonly base64: string | null;
  /** Whether that is only the begin. */
  readonly isCut: boolean;
}

/** Everything that is known of a request. Throws `dashboard.no_request`. */
export function requestInspection(inspected: Inspected, text: string): RequestInspection {
  const id = idOf(text);
  const captured = inspected.requests.get(id);
  if (captured !== undefined) return ofCaptured(inspected, captured);
  const { recorder, source } = inspected;
  const ended = recorder.requests.newest(Infinity).find((it) => it.requestId === id);
  const open = ended === undefined
    ? Iterator.from(source.gateway?.requestLooks() ?? []).map((look) => look.view())
      .find(({ requestId }) => requestId === id)
    : undefined;
  const seen = ended ?? open;
  if (seen === undefined) throw notThere(inspected, text);
  return {
    requestId: text,
    ...actorOf(inspected, seen.actorId),
    method: seen.method,
    path: recorder.secrets.path(seen.path),
    phase: ended !== undefined
      ? "ended"
      : open!.status !== null
      ? "answering"
      : open!.isSent
      ? "sent"
      : "waiting",
    status: seen.status,
    error: ended?.error ?? null,
    startedTs: seen.startedTs,
    durationMs: ended?.durationMs ?? null,
    sentMs: null,
    answeredMs: null,
    sendings: null,
    requestBytes: null,
    responseBytes: null,
    isCaptured: false,
  };
}

/** Throws `dashboard.not_captured`. */
export function requestContent(inspected: Inspected, text: string): RequestContent {
  const { request, response } = capturedRequest(inspected, text);
  return { request: sideOf(request), response: response && sideOf(response) };
}

/** Throws `dashboard.not_captured`, or as {@link requestInspection}. */
export function capturedRequest(inspected: Inspected, text: string): CapturedRequest {
  const captured = inspected.requests.get(idOf(text));
  if (captured !== undefined) return captured;
  requestInspection(inspected, text);
  throw new GatewayError(
    404,
    "dashboard",
    "not_captured",
    `What request ${text} asked and was answered is not captured, or no longer kept`,
  );
}

function ofCaptured(inspected: Inspected, captured: CapturedRequest): RequestInspection {
  const { summary, status, sentMs, answeredMs, request, response, ids } = captured;
  return {
    requestId: formatId(ids[0]!),
    ...actorOf(inspected, captured.actorId),
    method: captured.method,
    path: captured.path,
    phase: summary !== null
      ? "ended"
      : answeredMs !== null
      ? "answering"
      : sentMs !== null
      ? "sent"
      : "waiting",
    status: summary?.status ?? status,
    error: summary?.error ?? null,
    startedTs: captured.startedTs,
    durationMs: summary?.durationMs ?? null,
    sentMs,
    answeredMs,
    sendings: sentMs === null ? 0 : ids.length,
    requestBytes: request.bytes,
    responseBytes: response?.bytes ?? null,
    isCaptured: true,
  };
}

function actorOf(
  { source }: Inspected,
  actorId: string,
): Pick<RequestInspection, "actorId" | "actorName" | "actorKey"> {
  const looks = source.gateway?.actorLooks() ?? [];
  const record = Iterator.from(looks).find((look) => look.record.actorId === actorId)?.record;
  return { actorId, actorName: record?.name ?? null, actorKey: record?.key ?? null };
}

function sideOf({ headers, headersCut, bytes, payload, isCut }: CapturedSide): RequestSide {
  return {
    headers: headers.map(([name, value]) => ({ name, value })),
    headersCut,
    bytes,
    text: typeof payload === "string" ? payloadText(payload) : null,
    base64: payload instanceof Uint8Array ? payload.toBase64() : null,
    isCut,
  };
}

function idOf(text: string): RequestId {
  if (/^[0-9a-f]{8}$/.test(text)) return requestId(Number.parseInt(text, 16));
  throw new GatewayError(
    404,
    "dashboard",
    "no_request",
    `${JSON.stringify(text)} is no request's id: wanted are 8 hexadecimal digits, as 0a1b2c3d`,
  );
}

function notThere({ source }: Inspected, text: string): GatewayError {
  if (source.gateway === undefined) {
    return notKnownHere(
      source,
      "not_known_here",
      `No request ${text} has ended on this runner lately`,
    );
  }
  return new GatewayError(
    404,
    "dashboard",
    "no_request",
    `There is no request ${text}, or it has ended and is no longer kept`,
  );
}
