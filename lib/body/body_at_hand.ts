/** What Deno keeps of a body behind a symbol. */
interface Inside {
  /** A stream, or what the body was made of. */
  readonly streamOrStatic: unknown;
}

interface Static {
  readonly body: unknown;
  consumed: boolean;
}

/** Of one unit of a text. */
const MOST_UTF8_BYTES = 3;
const PROBE = "probe";
/** Under which symbol a `Response` has its {@link Inside}. None where Deno keeps it otherwise. */
const INSIDE = Object.getOwnPropertySymbols(Response.prototype).find((symbol) => {
  const inside = insideOf(new Response(PROBE), symbol);
  return inside !== null && staticOf(inside)?.body === PROBE;
});

/**
 * Takes a body that is a text or bytes already, `null` for none: the response is used then.
 * `undefined` for any other and for more than `limitBytes`, which must be read as a stream.
 *
 * A look at `response.body` makes a stream of whatever is there, and to read it takes promises: for
 * a short answer that is more work than all else that is done for it here.
 */
export function takeBodyAtHand(
  response: Response,
  limitBytes: number,
): string | Uint8Array | null | undefined {
  if (INSIDE === undefined) return undefined;
  const inside = insideOf(response, INSIDE);
  if (inside === null) return null;
  const whole = staticOf(inside);
  if (whole === undefined || whole.consumed) return undefined;
  const { body } = whole;
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return undefined;
  const most = typeof body === "string" ? body.length * MOST_UTF8_BYTES : body.length;
  if (most > limitBytes) return undefined;
  whole.consumed = true;
  return body;
}

function insideOf(response: Response, symbol: symbol): Inside | null {
  return (response as unknown as Record<symbol, Inside | null>)[symbol] ?? null;
}

/** `undefined` for a stream. */
function staticOf({ streamOrStatic }: Inside): Static | undefined {
  const isStatic = typeof streamOrStatic === "object" && streamOrStatic !== null &&
    !(streamOrStatic instanceof ReadableStream) && "body" in streamOrStatic &&
    "consumed" in streamOrStatic;
  return isStatic ? streamOrStatic as Static : undefined;
}
