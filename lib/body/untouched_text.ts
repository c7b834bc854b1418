/** Of one unit of a text. */
const MOST_UTF8_BYTES = 3;
/** What Deno makes the type of a text that is given none. */
const PLAIN_TEXT = "text/plain;charset=UTF-8";
const PROBE = "probe";

/** Under which symbols a `Response` keeps what it is made of, until somebody looks at it. */
interface Symbols {
  readonly text: symbol;
  readonly type: symbol;
  readonly used: symbol;
}

/** Whatever they hold. */
type Open = Record<symbol, unknown>;

/** A response that is a text and a type, and all else as it is in the beginning: 200, no headers. */
export interface UntouchedText {
  readonly text: string;
  readonly type: string;
}

const SYMBOLS = findSymbols();

/**
 * Takes the text of a `Response.json(…)` or `new Response(text)` that nobody has looked at: the
 * response is used then. `undefined` for any other, and for what may be more than `limitBytes`.
 *
 * Deno makes headers and a body of it only when they are asked for; here they would be taken apart at
 * once.
 */
export function takeUntouchedText(
  response: Response,
  limitBytes: number,
): UntouchedText | undefined {
  if (SYMBOLS === undefined) return undefined;
  const open = response as unknown as Open;
  const text = open[SYMBOLS.text];
  if (typeof text !== "string" || open[SYMBOLS.used] !== false) return undefined;
  if (text.length * MOST_UTF8_BYTES > limitBytes) return undefined;
  open[SYMBOLS.used] = true;
  return { text, type: open[SYMBOLS.type] as string | null ?? PLAIN_TEXT };
}

/** `undefined` where Deno keeps it otherwise than is known here. */
function findSymbols(): Symbols | undefined {
  const json = Response.json(PROBE);
  const named = (name: string): symbol | undefined =>
    Object.getOwnPropertySymbols(json).find(({ description }) => description === name);
  const text = named("lazy static body");
  const type = named("lazy static content type");
  const used = named("serve fast consumed");
  if (text === undefined || type === undefined || used === undefined) return undefined;
  const [open, plain, seen] = [json, new Response(PROBE), new Response(PROBE)].map((response) =>
    response as unknown as Open
  );
  const isRight = open![text] === JSON.stringify(PROBE) && open![type] === "application/json" &&
    plain![text] === PROBE && plain![type] === null && plain![used] === false;
  seen![used] = true;
  const isUsed = (seen as unknown as Response).bodyUsed;
  json.headers.set("x-probe", PROBE);
  return isRight && isUsed && open![text] === null ? { text, type, used } : undefined;
}
