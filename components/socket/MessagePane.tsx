import { useSignal } from "@preact/signals";
import type { MessageDetail, Stage } from "../../lib/inspect/mod.ts";
import { formatBytes, formatCount, formatIndex, formatMs } from "../format.ts";
import { JsonText } from "../JsonText.tsx";
import type { UrlState } from "../page/url_state.ts";
import { formatInstant, From, MESSAGE, StateChip } from "./MessagesTable.tsx";
import { bytesOf, hexDump, jsonOf, textOf } from "./payload_text.ts";

const VIEWS = ["json", "text", "hex"] as const;
type View = (typeof VIEWS)[number];

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
        {onReplay !== undefined && message?.from === "client" && hasPayload(message) && (
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
      <Payload {...{ message, url }} />
    </div>
  );
}

function hasPayload({ text, base64 }: MessageDetail): boolean {
  return text !== null || base64 !== null;
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

function Payload({ message, url }: { message: MessageDetail; url: UrlState }) {
  const copied = useSignal(false);
  if (!hasPayload(message)) {
    return (
      <p class="text-muted border-line border-t p-3">
        Payloads are not captured while the dashboard can be reached from other machines, unless
        {" "}
        <code>DORMOUSE_CAPTURE_PAYLOADS</code> says so.
      </p>
    );
  }
  const json = jsonOf(message);
  const asked = url.get("as") as View;
  const otherwise: View = json !== null ? "json" : message.kind === "text" ? "text" : "hex";
  const view = VIEWS.includes(asked) && (asked !== "json" || json !== null) ? asked : otherwise;
  const shown = view === "hex"
    ? hexDump(bytesOf(message))
    : view === "json"
    ? JSON.stringify(json!.value, null, 2)
    : textOf(message);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(shown);
    copied.value = true;
    setTimeout(() => copied.value = false, 1_500);
  };
  return (
    <section class="border-line border-t" aria-label="Payload">
      <div class="flex items-center gap-1 px-3 pt-2" role="group" aria-label="Shown as">
        {VIEWS.map((id) => (
          <button
            key={id}
            type="button"
            class={`button button-small ${id === view ? "bg-sunken" : "text-muted"}`}
            aria-pressed={id === view}
            disabled={id === "json" && json === null}
            data-testid={`as-${id}`}
            onClick={() => url.set("as", id)}
          >
            {id === "json" ? "JSON" : id}
          </button>
        ))}
        <button
          type="button"
          class="button button-small ml-auto"
          data-testid="copy"
          onClick={() => void copy()}
        >
          {copied.value ? "Copied" : "Copy"}
        </button>
      </div>
      {message.isCut && (
        <p class="text-warn px-3 pt-2 text-xs" data-testid="cut">
          {`Only its begin was captured, of ${formatBytes(message.bytes)}.`}
        </p>
      )}
      <div class="p-3" data-testid="payload" data-as={view}>
        {view === "json" ? <JsonText value={json!.value} /> : (
          <pre
            class={`font-mono text-xs leading-5 ${
              view === "hex" ? "whitespace-pre" : "whitespace-pre-wrap wrap-anywhere"
            }`}
          >
            {shown === "" ? <span class="text-muted italic">empty</span> : shown}
          </pre>
        )}
      </div>
    </section>
  );
}
