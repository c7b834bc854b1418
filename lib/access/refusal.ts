/** Why a request is turned away, in the words of the engine's errors (`wire.md`, Client side). */
export interface Refusal {
  /** The HTTP status that tells it. */
  readonly status: 400 | 401 | 403 | 429;
  readonly group: "api";
  readonly code: RefusalCode;
  readonly message: string;
  /** Seconds after which it is worth another try. */
  readonly retryAfterS?: number;
}

export type RefusalCode =
  | "host_missing"
  | "host_not_allowed"
  | "origin_not_allowed"
  | "unauthorized"
  | "rate_limited";

export function refuse(status: Refusal["status"], code: RefusalCode, message: string): Refusal {
  return { status, group: "api", code, message };
}

/** The refusal as JSON in the engine's shape: `{group, code, message, metadata}`. */
export function refusalResponse(
  { status, group, code, message, retryAfterS }: Refusal,
): Response {
  const headers: Record<string, string> = { "x-rivet-error": `${group}.${code}` };
  // RFC 9110, 15.5.2: a 401 says how to authenticate.
  if (status === 401) headers["www-authenticate"] = "Bearer";
  if (retryAfterS !== undefined) headers["retry-after"] = `${retryAfterS}`;
  return Response.json({ group, code, message, metadata: null }, { status, headers });
}

/** A value from outside as it may stand in a message: quoted, and no longer than it is useful. */
export function quoted(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
