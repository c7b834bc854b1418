import { useSignal } from "@preact/signals";
import { ActDialog } from "../components/act/ActDialog.tsx";
import { type Intent, onRequest } from "../components/act/intent.ts";
import { Chip } from "../components/Chip.tsx";
import { formatActor } from "../components/format.ts";
import { type Topic, valueTopic } from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { draftOf, isThere } from "../components/payload/payload_text.ts";
import { contentOf, Side } from "../components/request/Side.tsx";
import { Stages } from "../components/request/Stages.tsx";
import { statusTone } from "../components/status_tone.ts";
import type { RequestContent, RequestInspection } from "../lib/inspect/mod.ts";
import { asCurl } from "../lib/inspect/requests/curl.ts";

/** What the page of a request watches. */
export function requestPage(
  requestId: string,
  seesContent: boolean,
): { readonly request: string; readonly content?: string } {
  const request = `/api/requests/${requestId}`;
  return { request, ...(seesContent && { content: `${request}/content` }) };
}

export interface RequestPageProps {
  readonly frame: Frame;
  readonly search: string;
  readonly requestId: string;
  readonly first: {
    readonly ts: number;
    readonly request: RequestInspection;
    /** Left out for who may not see what users say, and where nothing is captured. */
    readonly content?: RequestContent;
  };
}

interface Topics {
  readonly request: Topic<RequestInspection>;
  readonly content?: Topic<RequestContent>;
}

/** One HTTP request: when it came to which stage, what it asked and what it was answered. */
export default function RequestPage({ frame, search, requestId, first }: RequestPageProps) {
  const at = requestPage(requestId, first.content !== undefined);
  const live = useLive<Topics>(() => ({
    request: valueTopic(at.request, first.request),
    ...(at.content !== undefined && { content: valueTopic(at.content, first.content!) }),
  }), first.ts);
  const url = useUrlState(search);
  const paused = useSignal(false);
  const intent = useSignal<Intent | null>(null);
  const copied = useSignal(false);
  const request = live.topics.request.known.value;
  const content = live.topics.content?.known.value ?? null;
  const gone = live.topics.request.refusal.value;
  const { actorId, actorName, actorKey, method, path, status, error, phase } = request;
  const atRunner = frame.role === "runner";
  const name = actorName === null ? actorId : formatActor(actorName, actorKey);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(asCurl(request, content!, frame.gateway.url));
    copied.value = true;
    setTimeout(() => copied.value = false, 1_500);
  };
  const replay = (): void => {
    const body = contentOf(content!.request);
    const empty = { kind: "text", text: "", hint: "" } as const;
    const draft = isThere(body) || body.bytes > 0 ? draftOf(body) : empty;
    intent.value = onRequest(requestId, name, { ...draft, path });
  };
  return (
    <Shell page="requests" {...{ frame, live, paused }}>
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 class="text-base font-semibold wrap-anywhere">
          {method} <span class="font-mono">{path}</span>
        </h1>
        {status !== null && <Chip tone={statusTone(status)}>{status}</Chip>}
        <span class="text-muted" data-testid="phase">{phase}</span>
        <a href={`/actors/${encodeURIComponent(actorId)}`} class="hover:underline">{name}</a>
        <code class="text-muted" data-testid="request-id">{requestId}</code>
        {content !== null && (
          <div class="ml-auto flex flex-wrap gap-2">
            <button
              type="button"
              class="button"
              data-testid="curl"
              onClick={() => void copy()}
            >
              {copied.value ? "Copied" : "Copy as curl"}
            </button>
            <a
              class="button leading-8"
              href={`/api/requests/${requestId}/export.har`}
              download
              data-testid="har"
            >
              HAR
            </a>
            {frame.mayOperate && !atRunner && (
              <button
                type="button"
                class="button"
                data-testid="act-replay"
                disabled={live.stale}
                onClick={replay}
              >
                Replay…
              </button>
            )}
          </div>
        )}
      </div>
      {error !== null && (
        <p class="bg-bad-soft text-bad rounded-md px-3 py-2 wrap-anywhere" data-testid="error">
          {error}
        </p>
      )}
      {gone !== null && (
        <p class="bg-warn-soft text-warn rounded-md px-3 py-2" data-testid="gone">{gone}</p>
      )}
      <Stages {...{ request, atRunner }} now={live.now} zone={live.zone} />
      {content === null
        ? <p class="text-muted" data-testid="no-content">{whyNot(frame, request)}</p>
        : (
          <div class="grid items-start gap-3 lg:grid-cols-2">
            <Side id="request" title="Request" side={content.request} url={url} />
            <Side id="response" title="Response" side={content.response} url={url} />
          </div>
        )}
      <ActDialog {...{ intent, atRunner }} stale={live.stale} />
    </Shell>
  );
}

function whyNot({ maySeePayloads, role }: Frame, { isCaptured }: RequestInspection): string {
  if (role === "runner") {
    return "What was asked and answered passes the gateway: it is captured there.";
  }
  if (!maySeePayloads) return "Seeing what was asked and answered needs the role payload.";
  return isCaptured
    ? "What was asked and answered comes as soon as the page is loaded again."
    : "What was asked and answered is not captured: more came than a person reads, or it is too long ago.";
}
