import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { KvRow, KvValue } from "../../lib/inspect/mod.ts";
import { formatAge, formatBytes } from "../format.ts";
import { JsonText } from "../JsonText.tsx";
import type { TableOf } from "../live/topic.ts";
import { scoped, type UrlState } from "../page/url_state.ts";
import { Empty, Panel } from "../Panel.tsx";
import { type Column, DataTable } from "../table/DataTable.tsx";

export interface KvPanelProps {
  readonly actorId: string;
  /** `null` where they are not shown. */
  readonly keys: TableOf<KvRow> | null;
  /** Why not. */
  readonly refusal: string | null;
  readonly now: number;
  readonly url: UrlState;
  readonly class?: string;
}

/** The keys that an actor's author uses, and the value of the one that is chosen. */
export function KvPanel({ actorId, keys, refusal, now, url, class: classes = "" }: KvPanelProps) {
  const chosen = url.get("key");
  return (
    <Panel
      id="kv"
      title="Keys"
      class={classes}
      note={keys !== null && keys.inAll > keys.rows.length ? `the first ${keys.rows.length}` : ""}
    >
      {keys === null
        ? (
          <Empty title="Its keys are not shown">
            {refusal ?? "You may not see what users keep."}
          </Empty>
        )
        : (
          <>
            {chosen !== "" && <Value {...{ actorId, chosen, url }} />}
            <DataTable
              of="keys"
              label="Keys"
              columns={columns(now, url)}
              rows={keys.rows}
              keyOf={({ key }) => key}
              sort={{ column: "key", down: false }}
              isPaused={false}
              url={scoped(url, "keys")}
              inAll={keys.inAll}
              empty={
                <Empty title="It keeps nothing under keys">
                  What its handlers put into <code>actor.kv</code>{" "}
                  is listed here, with how much it is. A value is read when you ask for it.
                </Empty>
              }
            />
          </>
        )}
    </Panel>
  );
}

function columns(now: number, url: UrlState): readonly Column<KvRow>[] {
  return [
    {
      id: "key",
      title: "Key",
      by: ({ key, text }) => text ?? key,
      cell: ({ key, text }) => (
        <button
          type="button"
          class="hover:text-accent cursor-pointer font-mono text-xs"
          title={text === null ? `${key}, in hexadecimal digits` : text}
          aria-pressed={url.get("key") === key}
          data-testid="kv-key"
          onClick={() => url.set("key", url.get("key") === key ? "" : key)}
        >
          {text === null ? <i>{`0x${key}`}</i> : text === "" ? "(empty)" : text}
        </button>
      ),
    },
    {
      id: "size",
      title: "Size",
      isNumber: true,
      class: "w-24",
      by: ({ valueBytes }) => valueBytes,
      cell: ({ valueBytes }) => formatBytes(valueBytes),
    },
    {
      id: "written",
      title: "Written",
      isNumber: true,
      class: "w-28",
      by: ({ updateTs }) => updateTs,
      cell: ({ updateTs }) => `${formatAge(now - updateTs)} ago`,
    },
  ];
}

/** Read once, when it is chosen. */
function Value(
  { actorId, chosen, url }: { actorId: string; chosen: string; url: UrlState },
) {
  const value = useSignal<KvValue | null>(null);
  const problem = useSignal<string | null>(null);
  const read = async (): Promise<void> => {
    try {
      const path = `/api/actors/${encodeURIComponent(actorId)}/kv/${encodeURIComponent(chosen)}`;
      const response = await fetch(path);
      const answer = await response.json();
      if (url.get("key") !== chosen) return;
      value.value = response.ok ? answer : null;
      problem.value = response.ok ? null : answer.message;
    } catch {
      problem.value = "The server does not answer";
    }
  };
  useEffect(() => {
    value.value = problem.value = null;
    void read();
  }, [chosen]);
  const shown = value.value;
  return (
    <div
      class="border-line bg-sunken max-h-48 shrink-0 overflow-auto border-b p-3"
      data-testid="kv-value"
    >
      <div class="mb-1.5 flex items-baseline gap-2 text-xs">
        <code class="min-w-0 grow wrap-anywhere">{shown?.text ?? chosen}</code>
        <button type="button" class="button button-small" onClick={() => void read()}>
          Read again
        </button>
        <button type="button" class="button button-small" onClick={() => url.set("key", "")}>
          Close
        </button>
      </div>
      {problem.value !== null && <p class="text-bad">{problem.value}</p>}
      {shown !== null && <ValueText {...shown} />}
    </div>
  );
}

function ValueText({ valueText, valueBase64, valueBytes, isCut }: KvValue) {
  const json = isCut || valueText === null ? undefined : parsed(valueText);
  return (
    <>
      {json !== undefined
        ? <JsonText value={json} />
        : (
          <pre class="font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere">
          {valueText ?? valueBase64}
          </pre>
        )}
      {isCut && <p class="text-warn text-xs">{`The begin of ${formatBytes(valueBytes)}`}</p>}
      {valueText === null && <p class="text-muted text-xs">In base64: it is no text</p>}
    </>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
