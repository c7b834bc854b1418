import type { Sight } from "../api/resource.ts";
import type { Frame, KeptFrame } from "./frame.ts";
import type { Trace } from "./trace.ts";

/** Characters of what a frame says that a list shows. */
const PREVIEW = 200;

export interface FrameRow extends Omit<Frame, "decoded"> {
  readonly id: number;
  /** The begin of everything in it; `null` for who may not see what users send, or where it is not kept. */
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
  const preview = sight === "payload" ? decoded : null;
  if (preview === null || preview.length <= PREVIEW) return { ...frame, preview };
  return { ...frame, preview: `${preview.slice(0, PREVIEW - 1)}…` };
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
