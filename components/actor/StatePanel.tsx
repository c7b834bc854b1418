import type { ActorState } from "../../lib/inspect/mod.ts";
import { Chip } from "../Chip.tsx";
import { formatBytes } from "../format.ts";
import { JsonText } from "../JsonText.tsx";
import { Empty, Panel } from "../Panel.tsx";

export interface StatePanelProps {
  /** `null` where it is not shown. */
  readonly state: ActorState | null;
  /** Why not. */
  readonly refusal: string | null;
  readonly class?: string;
}

/** What an actor keeps in its state, as it was last made durable. */
export function StatePanel({ state, refusal, class: classes = "" }: StatePanelProps) {
  return (
    <Panel id="state" title="State" class={classes} note={state?.exists && <Note {...state} />}>
      {state === null || !state.exists
        ? (
          <Empty title={state === null ? "The state is not shown" : "There is no state"}>
            {refusal ?? (state === null
              ? "You may not see what users keep."
              : "Its definition has none, or nothing of it is durable yet.")}
          </Empty>
        )
        : (
          <div
            class="min-h-0 grow overflow-auto p-3"
            role="region"
            aria-label="State as JSON"
            tabIndex={0}
          >
            {state.isCut
              ? (
                <>
                  <p class="text-warn mb-2 text-xs" data-testid="state-cut">
                    {`It is longer than is shown. These are its first ${
                      formatBytes(state.text?.length ?? 0)
                    }, as they are kept: a flat list, in which numbers stand for places in it.`}
                  </p>
                  <pre class="font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere">
                    {state.text}
                  </pre>
                </>
              )
              : <JsonText value={state.state} />}
          </div>
        )}
    </Panel>
  );
}

function Note({ bytes, from, isUncommitted }: ActorState) {
  return (
    <span class="numbers" data-testid="state-note">
      {isUncommitted === true && <Chip tone="warn">changing</Chip>} {formatBytes(bytes)}
      {` · from the ${from}`}
    </span>
  );
}
