import type { MessageDetail, Stage } from "../../lib/inspect/mod.ts";
import { formatBytes, formatCount, formatIndex, formatMs } from "../format.ts";
import type { UrlState } from "../page/url_state.ts";
import { isThere } from "../payload/payload_text.ts";
import { PayloadView } from "../payload/PayloadView.tsx";
import { formatInstant, From, MESSAGE, StateChip } from "./MessagesTable.tsx";

const SENTENCES: Readonly<Record<Stage, string>> = {
  sent: "was put on the tunnel",
  received: "came to the runner",
  handled: "the handler was through",
  committed: "the state that has seen it was durable",
  acked: "the gateway knew, and let go of it",
  left: "what it was said in was durable: it left",
  taken: "the gateway had it",
  delivered: "it was on the client's connection",
};

export interface MessagePaneProps {
  /** `null` before the server has told of it. */
  readonly message: MessageDetail | null;
  /** Why it is not told of. */
  readonly refusal: string | null;
  readonly url: UrlState;
  readonly zone: "UTC" | undefined;
  /** Left out for who may not act. */
  readonly onReplay?: ((message: MessageDetail) => void) | undefined;
}

/** One message: when it came to which stage, and what it says. */
export function MessagePane({ message, refusal, url, zone, onReplay }: MessagePaneProps) {
  return (
    <div class="flex min-h-0 grow flex-col" data-testid="message">
      <div class="border-line flex items-center gap-2 border-b px-3 py-1.5">
        <h3 class="font-medium">{`Message ${url.get(MESSAGE)}`}</h3>
        {message !== null && <StateChip state={message.state} />}
        {onReplay !== undefined && message?.from === "client" && isThere(message) && (
          <button
            type="button"
            class="button button-small ml-auto"
            data-testid="act-replay"
            onClick={() => onReplay(message)}
          >
            Replay…
          </button>
        )}
        <button
          type="button"
          class="button button-small not-[button+&]:ml-auto"
          data-testid="close-message"
          onClick={() => url.set(MESSAGE, "")}
        >
          Close
        </button>
      </div>
      {refusal !== null
        ? <p class="text-muted p-3">{refusal}</p>
        : message === null
        ? <p class="text-muted p-3">…</p>
        : <Detail {...{ message, url, zone }} />}
    </div>
  );
}

function Detail({ message, url, zone }: {
  message: MessageDetail;
  url: UrlState;
  zone: "UTC" | undefined;
}) {
  const { from, index, kind, bytes, resent, repeated, commit } = message;
  return (
    <div
      class="min-h-0 grow overflow-auto overscroll-contain"
      role="region"
      aria-label="Message"
      tabIndex={0}
    >
      <p class="numbers flex flex-wrap gap-x-3 px-3 pt-2">
        <From from={from} />
        <span>{index === null ? "no index yet" : `index ${formatIndex(index)}`}</span>
        <span>{`${kind}, ${formatBytes(bytes)}`}</span>
        {commit !== null && <span data-testid="commit">{`in commit ${commit}`}</span>}
        {resent > 0 && <span class="text-warn">{`sent again ×${formatCount(resent)}`}</span>}
        {repeated > 0 && (
          <span class="text-warn">{`${formatCount(repeated)} duplicates dropped`}</span>
        )}
      </p>
      <Stages {...{ message, zone }} />
      <PayloadView content={message} url={url} />
    </div>
  );
}

function Stages({ message: { ts, stages, from }, zone }: {
  message: MessageDetail;
  zone: "UTC" | undefined;
}) {
  const times = Object.entries(stages) as [Stage, number][];
  const whole = Math.max(0.001, ...times.map(([, ms]) => ms));
  const percent = (ms: number): string => `${Math.round(ms / whole * 10_000) / 100}%`;
  let before = 0;
  return (
    <table class="my-2 w-full table-fixed" aria-label="Stages">
      <tbody class="[&_:is(td,th)]:px-3 [&_:is(td,th)]:py-0.5 [&_:is(td,th)]:font-normal">
        <tr>
          <th scope="row" class="w-24 text-left">said</th>
          <td class="text-muted truncate text-xs" title={from}>{`by the ${from}`}</td>
          <td class="numbers w-28 text-right">{formatInstant(ts, zone)}</td>
        </tr>
        {times.map(([stage, ms]) => {
          const start = before;
          before = ms;
          return (
            <tr key={stage} data-stage={stage}>
              <th scope="row" class="text-left" title={SENTENCES[stage]}>{stage}</th>
              <td>
                <svg
                  class="bg-sunken h-2 w-full rounded-sm"
                  role="img"
                  aria-label={SENTENCES[stage]}
                >
                  <rect
                    class="fill-accent"
                    x={percent(start)}
                    width={percent(Math.max(whole / 100, ms - start))}
                    height="100%"
                  />
                </svg>
              </td>
              <td class="numbers text-right">{`+${formatMs(ms)}`}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
