import type { RequestSide } from "../../lib/inspect/mod.ts";
import { formatBytes, plural } from "../format.ts";
import type { UrlState } from "../page/url_state.ts";
import { Panel } from "../Panel.tsx";
import type { Content } from "../payload/payload_text.ts";
import { PayloadView } from "../payload/PayloadView.tsx";

export interface SideProps {
  readonly id: "request" | "response";
  readonly title: string;
  /** `null` before there is one. */
  readonly side: RequestSide | null;
  readonly url: UrlState;
}

/** Headers and body of a request, or of its answer. */
export function Side({ id, title, side, url }: SideProps) {
  return (
    <Panel id={id} title={title} note={side === null ? null : formatBytes(side.bytes)}>
      {side === null
        ? (
          <p class="text-muted p-3">
            There is none: it has not come, or the gateway itself answered.
          </p>
        )
        : (
          <>
            <Headers {...{ side }} />
            {side.bytes > 0 && (
              <PayloadView
                content={contentOf(side)}
                url={url}
                as={`${id}As`}
                label={`Body of the ${id}`}
              />
            )}
          </>
        )}
    </Panel>
  );
}

function Headers({ side: { headers, headersCut } }: { side: RequestSide }) {
  if (headers.length === 0) return <p class="text-muted p-3">No header</p>;
  return (
    <dl class="grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-3 gap-y-0.5 p-3 text-xs">
      {headers.map(({ name, value }) => (
        <div key={name} class="contents" data-header={name}>
          <dt class="text-muted wrap-anywhere">{name}</dt>
          <dd class="font-mono wrap-anywhere">{value}</dd>
        </div>
      ))}
      {headersCut > 0 && (
        <div class="contents">
          <dt class="text-warn">{`and ${plural(headersCut, "more")}`}</dt>
          <dd class="text-warn">too long to be kept</dd>
        </div>
      )}
    </dl>
  );
}

export function contentOf({ text, base64, bytes, isCut }: RequestSide): Content {
  return { kind: base64 === null ? "text" : "binary", text, base64, bytes, isCut };
}
