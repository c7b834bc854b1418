import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ActorRow, ActRow } from "../lib/inspect/mod.ts";
import {
  type Action,
  hibernate,
  outcomeSentence,
  planHibernate,
  planSentences,
  wake,
} from "./act.ts";
import { formatActor, plural } from "./format.ts";

/** What a person is about to do. */
export interface Intent {
  readonly action: Action;
  readonly actor: ActorRow;
}

export interface ActDialogProps {
  readonly intent: Signal<Intent | null>;
  /** The server does not answer. */
  readonly stale: boolean;
  /** What is known is what the runner knows. */
  readonly atRunner: boolean;
  /** Told in a sentence what happened. */
  readonly onOutcome: (sentence: string) => void;
}

/** Says what hibernating or waking an actor would do, and does it when told to. */
export function ActDialog({ intent, stale, atRunner, onOutcome }: ActDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const plan = useSignal<ActRow | null>(null);
  const error = useSignal<string | null>(null);
  const busy = useSignal(false);
  const current = intent.value;

  useEffect(() => {
    if (current === null) return dialog.current?.close();
    plan.value = null;
    error.value = null;
    busy.value = false;
    dialog.current?.showModal();
    if (current.action === "wake") return;
    planHibernate(current.actor.actorId)
      .then((answer) => {
        if (intent.value === current) plan.value = answer;
      })
      .catch((failure) => error.value = String(failure.message));
  }, [current]);

  const act = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (current === null) return;
    busy.value = true;
    error.value = null;
    const { action, actor } = current;
    const name = formatActor(actor.name, actor.key);
    try {
      onOutcome(
        action === "hibernate"
          ? outcomeSentence(name, await hibernate(actor.actorId))
          : (await wake(actor.actorId), `${name} wakes: the log says how long it took`),
      );
      intent.value = null;
    } catch (failure) {
      error.value = failure instanceof Error ? failure.message : String(failure);
    } finally {
      busy.value = false;
    }
  };

  const title = current?.action === "wake" ? "Wake" : "Hibernate";
  const ready = current?.action === "wake" || plan.value !== null;
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="act-title"
      data-testid="act-dialog"
      onClose={() => intent.value = null}
    >
      {current !== null && (
        <form class="space-y-4 p-5" onSubmit={act}>
          <h2 id="act-title" class="text-base font-semibold">
            {`${title} ${formatActor(current.actor.name, current.actor.key)}?`}
          </h2>
          <div class="min-h-20" aria-live="polite">
            {ready && (
              <ul class="list-disc space-y-1 pl-4 text-sm" data-testid="plan">
                {sentencesOf(current, plan.value, atRunner).map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            )}
            {!ready && error.value === null && <p class="text-muted text-sm">Asking…</p>}
            {error.value !== null && (
              <p class="text-bad mt-2 text-sm" data-testid="act-error">{error.value}</p>
            )}
          </div>
          <div class="flex justify-end gap-2">
            <button type="button" class="button" onClick={() => intent.value = null}>Cancel</button>
            <button
              type="submit"
              class="button button-primary"
              data-testid={`confirm-${current.action}`}
              disabled={!ready || busy.value || stale}
            >
              {title}
            </button>
          </div>
        </form>
      )}
    </dialog>
  );
}

function sentencesOf(
  { action, actor }: Intent,
  plan: ActRow | null,
  atRunner: boolean,
): string[] {
  if (action === "hibernate") return plan === null ? [] : planSentences(plan, atRunner);
  const waiting = actor.hibernatingSockets ?? 0;
  return [
    "It starts on a runner and loads its state from the store",
    waiting === 0
      ? "No socket waits for it"
      : `${plural(waiting, "socket")} that hibernated ${
        waiting === 1 ? "goes" : "go"
      } on without a second open`,
    "When nothing keeps it awake, it falls asleep again",
  ];
}
