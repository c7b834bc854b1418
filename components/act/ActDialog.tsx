import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ActAnswer } from "../../lib/inspect/mod.ts";
import { ActRows, Counts } from "./ActRows.tsx";
import { ask } from "./ask.ts";
import { bodyOf, type Draft, type Intent } from "./intent.ts";
import { outcomeOf, planOf, VERB_TITLES } from "./sentences.ts";

export interface ActDialogProps {
  readonly intent: Signal<Intent | null>;
  /** The server does not answer. */
  readonly stale: boolean;
  /** What is known is what the runner knows. */
  readonly atRunner: boolean;
  /**
   * Told in a sentence what happened to the one thing that it was about; the dialog closes then. Left
   * out where the page does not show that thing: the dialog tells, and leads there.
   */
  readonly onOutcome?: (sentence: string) => void;
}

/** Says what an action would do, does it when told to, and says what really happened. */
export function ActDialog({ intent, stale, atRunner, onOutcome }: ActDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const plan = useSignal<ActAnswer | null>(null);
  const outcome = useSignal<ActAnswer | null>(null);
  const error = useSignal<string | null>(null);
  const busy = useSignal(false);
  const code = useSignal("1000");
  const reason = useSignal("guard.closed_by_operator");
  const draft = useSignal("");
  const path = useSignal("");
  const current = intent.value;

  useEffect(() => {
    if (current === null) return dialog.current?.close();
    plan.value = outcome.value = error.value = null;
    busy.value = false;
    draft.value = current.draft?.text ?? "";
    path.value = current.draft?.path ?? "";
    dialog.current?.showModal();
    ask(current.path, { ...current.body, dryRun: true })
      .then((answer) => {
        if (intent.value === current) plan.value = answer;
      })
      .catch((failure) => error.value = String(failure.message));
  }, [current]);

  const act = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (current === null || busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      const answer = await ask(current.path, wanted(current));
      if (intent.value !== current) return;
      if (current.isOne && onOutcome !== undefined) {
        onOutcome(outcomeOf(current, answer));
        intent.value = null;
      } else outcome.value = answer;
    } catch (failure) {
      error.value = failure instanceof Error ? failure.message : String(failure);
    } finally {
      busy.value = false;
    }
  };

  /** With what the reader has written. */
  const wanted = ({ verb, body, draft: of }: Intent): Readonly<Record<string, unknown>> => {
    if (verb === "close") return { ...body, code: Number(code.value), reason: reason.value };
    if (of === undefined) return body;
    const said = bodyOf(of, draft.value);
    if (said === null) throw new Error("Bytes are two hexadecimal digits each, as ca fe");
    return of.path === undefined ? said : { ...said, path: path.value };
  };

  const done = outcome.value;
  const title = current === null ? "" : VERB_TITLES[current.verb];
  const leave = (): void => void (intent.value = null);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${current?.isOne === false ? "w-[40rem]" : ""}`}
      aria-labelledby="act-title"
      data-testid="act-dialog"
      onClose={leave}
    >
      {current !== null && (
        <form class="space-y-4 p-5" onSubmit={act}>
          <h2 id="act-title" class="text-base font-semibold wrap-anywhere">
            {done === null ? `${title} ${current.what}?` : `${title} ${current.what}: done`}
          </h2>
          <div class="min-h-20 space-y-3" aria-live="polite">
            {done !== null
              ? (
                <>
                  <p class="font-medium" data-testid="act-outcome">{outcomeOf(current, done)}</p>
                  <Counts sum={done.sum} isDone />
                  <ActRows rows={done.rows} named={current.named} isDone />
                </>
              )
              : plan.value !== null
              ? (
                <>
                  <ul class="list-disc space-y-1 pl-4 text-sm" data-testid="plan">
                    {planOf(current, plan.value, atRunner).map((line) => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                  {!current.isOne && <Counts sum={plan.value.sum} />}
                  {!current.isOne && <ActRows rows={plan.value.rows} named={current.named} />}
                  {current.verb === "close" && <CloseFields {...{ code, reason }} />}
                  {current.draft !== undefined && (
                    <DraftField text={draft} path={path} draft={current.draft} />
                  )}
                </>
              )
              : error.value === null && <p class="text-muted text-sm">Asking…</p>}
            {error.value !== null && (
              <p class="text-bad text-sm wrap-anywhere" data-testid="act-error">{error.value}</p>
            )}
          </div>
          <div class="flex flex-wrap items-center justify-end gap-2">
            {done !== null && (
              <a class="text-accent mr-auto text-sm hover:underline" href="/audit">
                Everything that was done
              </a>
            )}
            <button type="button" class="button" data-testid="act-leave" onClick={leave}>
              {done === null ? "Cancel" : "Close"}
            </button>
            {done === null && (
              <button
                type="submit"
                class="button button-primary"
                data-testid={`confirm-${current.verb}`}
                disabled={plan.value === null || busy.value || stale}
              >
                {busy.value ? "Working…" : title}
              </button>
            )}
          </div>
        </form>
      )}
    </dialog>
  );
}

/** What is said, and for an HTTP request where. */
function DraftField(
  { text, path, draft }: { text: Signal<string>; path: Signal<string>; draft: Draft },
) {
  const { kind, hint } = draft;
  const of = draft.path === undefined ? "Message" : "Body";
  return (
    <>
      {draft.path !== undefined && (
        <label class="field">
          Path
          <input
            class="input font-mono text-xs"
            required
            pattern="/[!-~]*"
            data-testid="draft-path"
            value={path.value}
            onInput={(event) => path.value = event.currentTarget.value}
          />
        </label>
      )}
      <label class="field">
        {kind === "text" ? of : `${of}, in hex`}
        <textarea
          class="input h-32 py-1 font-mono text-xs"
          data-testid="draft"
          value={text.value}
          onInput={(event) => text.value = event.currentTarget.value}
        />
        {hint !== "" && <span class="text-warn block">{hint}</span>}
      </label>
    </>
  );
}

/** What the client is told. */
function CloseFields({ code, reason }: { code: Signal<string>; reason: Signal<string> }) {
  return (
    <div class="grid grid-cols-[7rem_1fr] gap-2">
      <label class="field">
        Code
        <input
          class="input"
          inputMode="numeric"
          required
          pattern="[0-9]{4}"
          data-testid="close-code"
          value={code.value}
          onInput={(event) => code.value = event.currentTarget.value}
        />
      </label>
      <label class="field">
        Reason
        <input
          class="input"
          maxLength={123}
          data-testid="close-reason"
          value={reason.value}
          onInput={(event) => reason.value = event.currentTarget.value}
        />
      </label>
    </div>
  );
}
