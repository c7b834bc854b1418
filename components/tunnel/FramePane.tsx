import type { FrameDetail } from "../../lib/inspect/mod.ts";
import { formatIndex } from "../format.ts";
import { JsonText } from "../JsonText.tsx";
import type { UrlState } from "../page/url_state.ts";
import { formatInstant } from "../socket/MessagesTable.tsx";
import { Direction, KindChip, sizeOf } from "./FramesTable.tsx";
import { PICKED } from "./kinds.ts";

export interface FramePaneProps {
  /** `null` before the server has told of it. */
  readonly frame: FrameDetail | null;
  /** Why it is not told of. */
  readonly refusal: string | null;
  readonly maySeePayloads: boolean;
  readonly url: UrlState;
  readonly zone: "UTC" | undefined;
}

/** One frame, with everything in it. */
export function FramePane({ frame, refusal, maySeePayloads, url, zone }: FramePaneProps) {
  return (
    <div class="flex min-h-0 grow flex-col" data-testid="frame">
      <div class="border-line flex items-center gap-2 border-b px-3 py-1.5">
        <h3 class="font-medium">{`Frame ${url.get(PICKED)}`}</h3>
        {frame !== null && <KindChip kind={frame.kind} />}
        <button
          type="button"
          class="button button-small ml-auto"
          data-testid="close-frame"
          onClick={() => url.set(PICKED, "")}
        >
          Close
        </button>
      </div>
      {frame === null ? <p class="text-muted p-3">{refusal ?? "…"}</p> : (
        <div
          class="min-h-0 grow overflow-auto overscroll-contain"
          role="region"
          aria-label="Frame"
          tabIndex={0}
        >
          <p class="numbers flex flex-wrap gap-x-3 px-3 pt-2">
            <Direction direction={frame.direction} />
            <span>{formatInstant(frame.ts, zone)}</span>
            <span>{sizeOf(frame)}</span>
            {frame.index !== null && <span>{`index ${formatIndex(frame.index)}`}</span>}
          </p>
          <p class="px-3 pt-1 wrap-anywhere">{frame.note}</p>
          <Links frame={frame} />
          <div class="p-3" data-testid="decoded">
            {frame.decoded !== null
              ? <JsonText value={JSON.parse(frame.decoded)} />
              : <p class="text-muted">{whyNot(frame, maySeePayloads)}</p>}
          </div>
        </div>
      )}
    </div>
  );
}

/** The pages of what it is about. */
function Links({ frame: { actorId, requestId, runnerId, kind } }: { frame: FrameDetail }) {
  return (
    <p class="text-muted flex flex-wrap gap-x-3 px-3 pt-1 text-xs">
      {actorId !== null && (
        <a class="hover:underline" href={`/actors/${encodeURIComponent(actorId)}`}>
          {`actor ${actorId}`}
        </a>
      )}
      {requestId !== null && kind.startsWith("webSocket") && (
        <a class="hover:underline" href={`/sockets/${requestId}`}>{`socket ${requestId}`}</a>
      )}
      {runnerId !== null && (
        <a class="hover:underline" href={`/runners/${encodeURIComponent(runnerId)}`}>
          {`runner ${runnerId}`}
        </a>
      )}
    </p>
  );
}

function whyNot({ kind }: FrameDetail, maySeePayloads: boolean): string {
  if (kind === "unreadable") {
    return "It says nothing that this version of the protocol has words for.";
  }
  if (!maySeePayloads) return "Whoever has the role payload sees everything in it here.";
  return "What users send is not kept while the dashboard can be reached from other machines, " +
    "unless DORMOUSE_CAPTURE_PAYLOADS says so.";
}
