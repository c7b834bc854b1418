import type { Sight } from "../api/resource.ts";
import type { Frame, KeptFrame } from "./frame.ts";
import type { Trace } from "./trace.ts";

/** Characters of what a frame says that a list shows. */
const PREVIEW = 200;

export interface FrameRow extends Omit<Frame, "decoded"> {
  readonly id: number;
  /** The begin of what is in it beside what it is about; `null` for who may not see what users send, or where it is not kept. */
  readonly preview: string | null;
}

/** A frame with everything in it. */
export interface FrameDetail extends Omit<Frame, "decoded"> {
  readonly id: number;
  /** As JSON; `null` as the row's preview is. */
  readonly decoded: string | null;
}

export interface FrameFilter {
  readonly runner?: string | undefined;
  readonly direction?: Frame["direction"] | undefined;
  readonly kind?: Frame["kind"] | undefined;
  /** Anywhere in what the reader may see; case does not count. */
  readonly text?: string | undefined;
}

/** Those that pass the filter, of those after one; newest first. */
export function frameRows(
  { frames, lastId }: Trace,
  filter: FrameFilter,
  after: number,
  most: number,
  sight: Sight,
): {
  readonly rows: readonly FrameRow[];
  readonly lastId: number;
  readonly forgotten: number;
  readonly missed: number;
} {
  const forgotten = frames[0] === undefined ? lastId : frames[0].id - 1;
  const wanted = passing(filter, sight);
  const found = frames.filter((frame) => frame.id > after && wanted(frame));
  const rows = found.slice(-most).reverse().map((frame) => rowOf(frame, sight));
  const lost = after === 0 ? 0 : Math.max(0, forgotten - after);
  return { rows, lastId, forgotten, missed: lost + found.length - rows.length };
}

export function frameDetail(frame: KeptFrame, sight: Sight): FrameDetail {
  return sight === "payload" ? frame : { ...frame, decoded: null };
}

function rowOf({ decoded, ...frame }: KeptFrame, sight: Sight): FrameRow {
  if (sight !== "payload" || decoded === null) return { ...frame, preview: null };
  const preview = previewOf(decoded);
  if (preview.length <= PREVIEW) return { ...frame, preview };
  return { ...frame, preview: `${preview.slice(0, PREVIEW - 1)}…` };
}

/** What is said on a WebSocket as it is, and anything else as JSON; "" where there is no more in it. */
function previewOf(decoded: string): string {
  const { kind, messageId: _id, actorId: _actor, requestId: _request, ...rest } = JSON.parse(
    decoded,
  );
  const { kind: _kind, ...said } = kind === "tunnel" ? rest.body : rest;
  if (typeof said.data === "string") return said.data;
  return Object.keys(said).length === 0 ? "" : JSON.stringify(said);
}

function passing(
  { runner, direction, kind, text = "" }: FrameFilter,
  sight: Sight,
): (frame: Frame) => boolean {
  const lower = text.toLowerCase();
  const has = (where: string | null): boolean =>
    where !== null && where.toLowerCase().includes(lower);
  return (frame) =>
    (runner === undefined || frame.runnerId === runner) &&
    (direction === undefined || frame.direction === direction) &&
    (kind === undefined || frame.kind === kind) &&
    (text === "" || has(frame.note) || has(frame.actorId) || has(frame.requestId) ||
      sight === "payload" && has(frame.decoded));
}
