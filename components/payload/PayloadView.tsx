import { useSignal } from "@preact/signals";
import { formatBytes } from "../format.ts";
import { JsonText } from "../JsonText.tsx";
import type { UrlState } from "../page/url_state.ts";
import { bytesOf, type Content, hexDump, isThere, jsonOf, textOf } from "./payload_text.ts";

const VIEWS = ["json", "text", "hex"] as const;
type View = (typeof VIEWS)[number];

export interface PayloadViewProps {
  readonly content: Content;
  readonly url: UrlState;
  /** The name of what it is shown as, in the address. */
  readonly as?: string;
  /** For who hears the page. */
  readonly label?: string;
}

/** What was captured of a content or a body: as JSON where it is that, as text, as bytes. */
export function PayloadView({ content, url, as = "as", label = "Payload" }: PayloadViewProps) {
  const copied = useSignal(false);
  if (!isThere(content)) {
    return (
      <p class="text-muted border-line border-t p-3">
        Payloads are not captured while the dashboard can be reached from other machines, unless
        {" "}
        <code>DORMOUSE_CAPTURE_PAYLOADS</code> says so.
      </p>
    );
  }
  const json = jsonOf(content);
  const asked = url.get(as) as View;
  const otherwise: View = json !== null ? "json" : content.kind === "text" ? "text" : "hex";
  const view = VIEWS.includes(asked) && (asked !== "json" || json !== null) ? asked : otherwise;
  const shown = view === "hex"
    ? hexDump(bytesOf(content))
    : view === "json"
    ? JSON.stringify(json!.value, null, 2)
    : textOf(content);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(shown);
    copied.value = true;
    setTimeout(() => copied.value = false, 1_500);
  };
  return (
    <section class="border-line border-t" aria-label={label}>
      <div class="flex items-center gap-1 px-3 pt-2" role="group" aria-label={`${label}, shown as`}>
        {VIEWS.map((id) => (
          <button
            key={id}
            type="button"
            class={`button button-small ${id === view ? "bg-sunken" : "text-muted"}`}
            aria-pressed={id === view}
            disabled={id === "json" && json === null}
            data-testid={`as-${id}`}
            onClick={() => url.set(as, id)}
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
      {content.isCut && (
        <p class="text-warn px-3 pt-2 text-xs" data-testid="cut">
          {`Only its begin was captured, of ${formatBytes(content.bytes)}.`}
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
