import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { GatewayAddress } from "../app_state.ts";
import { formatActor, formatClock, formatMs } from "./format.ts";
import { type Choice, socketUrl } from "./samples.ts";
import { Trial, type TrialLine } from "./trial.ts";

export interface TryItProps {
  readonly gateway: GatewayAddress;
  /** At least one. */
  readonly choices: readonly Choice[];
  /** The server does not answer, and so neither does its gateway. */
  readonly stale: boolean;
}

/** Opens a WebSocket from this browser to an actor, and sends what is typed. */
export function TryIt({ gateway, choices, stale }: TryItProps) {
  const trial = useMemo(() => new Trial(), []);
  const name = useSignal(choices[0]!.name);
  const key = useSignal("demo");
  const hibernatable = useSignal(true);
  const text = useSignal("");
  useEffect(() => () => trial.close(), []);

  const state = trial.state.value;
  const known = choices.find((one) => one.name === name.value);
  // The runner that announced it may be away for now.
  const choice = known ?? { name: name.value, about: "", quick: [], runner: "default" };
  const toggle = (event: Event): void => {
    event.preventDefault();
    if (state === "closed") {
      trial.open(
        socketUrl(gateway, choice.name, key.value, hibernatable.value, choice.runner),
        formatActor(choice.name, key.value),
      );
    } else trial.close();
  };
  const send = (event: Event): void => {
    event.preventDefault();
    if (text.value === "") return;
    trial.send(text.value);
    text.value = "";
  };
  return (
    <div class="flex min-h-0 grow flex-col" data-testid="try-panel" data-state={state}>
      <form class="border-line space-y-2 border-b p-3" onSubmit={toggle}>
        <div class="grid grid-cols-[1fr_1fr_auto] items-end gap-2">
          <label class="field">
            Actor
            <select
              class="input"
              data-testid="try-actor"
              disabled={state !== "closed"}
              value={name.value}
              onChange={(event) => name.value = event.currentTarget.value}
            >
              {(known === undefined ? [choice, ...choices] : choices)
                .map((one) => <option key={one.name} value={one.name}>{one.name}</option>)}
            </select>
          </label>
          <label class="field">
            Key
            <input
              class="input"
              data-testid="try-key"
              disabled={state !== "closed"}
              required
              autocomplete="off"
              spellcheck={false}
              maxLength={128}
              value={key.value}
              onInput={(event) => key.value = event.currentTarget.value}
            />
          </label>
          <button
            type="submit"
            class={state === "closed" ? "button button-primary" : "button"}
            data-testid={state === "closed" ? "try-connect" : "try-disconnect"}
            disabled={stale && state === "closed"}
          >
            {state === "closed" ? "Connect" : "Disconnect"}
          </button>
        </div>
        <div class="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 text-xs">
          <span class="text-muted">{choice.about}</span>
          <label class="flex items-center gap-1.5">
            <input
              type="checkbox"
              class="accent-accent"
              data-testid="try-hibernatable"
              disabled={state !== "closed"}
              checked={hibernatable.value}
              onChange={(event) => hibernatable.value = event.currentTarget.checked}
            />
            Stays open while the actor sleeps
          </label>
        </div>
      </form>
      <Lines lines={trial.lines.value} />
      <form class="border-line flex flex-wrap gap-2 border-t p-3" onSubmit={send}>
        {choice.quick.map((message) => (
          <button
            key={message}
            type="button"
            class="button"
            data-testid={`try-quick-${message.replaceAll(" ", "-")}`}
            disabled={state !== "open"}
            onClick={() => trial.send(message)}
          >
            {message}
          </button>
        ))}
        <input
          class="input min-w-32 flex-1"
          aria-label="Message"
          data-testid="try-message"
          placeholder={state === "open" ? "Type a message" : "Connect first"}
          autocomplete="off"
          disabled={state !== "open"}
          value={text.value}
          onInput={(event) => text.value = event.currentTarget.value}
        />
        <button
          type="submit"
          class="button"
          data-testid="try-send"
          disabled={state !== "open" || text.value === ""}
        >
          Send
        </button>
      </form>
    </div>
  );
}

const MARKS: Readonly<Record<TrialLine["kind"], { sign: string; word: string; color: string }>> = {
  sent: { sign: "↑", word: "sent", color: "text-accent" },
  received: { sign: "↓", word: "received", color: "text-awake" },
  note: { sign: "·", word: "", color: "text-muted" },
};

/** The newest line is at the bottom, and stays in sight unless the reader has scrolled up. */
function Lines({ lines }: { lines: readonly TrialLine[] }) {
  const place = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const element = place.current!;
    if (follows.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <div
      ref={place}
      class="bg-sunken min-h-0 grow overflow-auto overscroll-contain px-3 py-2 font-mono text-xs leading-5"
      role="log"
      aria-label="Messages of this connection"
      tabIndex={0}
      data-testid="try-log"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
        follows.current = scrollHeight - scrollTop - clientHeight < 24}
    >
      {lines.length === 0 && (
        <p class="text-muted font-sans leading-relaxed">
          Connect, send <code>inc</code> a few times, then press <b>Hibernate</b>{" "}
          beside the counter: it leaves memory, this connection stays open, and the next message
          wakes it with its count.
        </p>
      )}
      {lines.map(({ id, ts, kind, text, afterMs }) => (
        <p key={id} class="flex gap-2" data-testid="try-line" data-kind={kind}>
          <time class="text-muted shrink-0">{formatClock(ts)}</time>
          <span class={`shrink-0 ${MARKS[kind].color}`} aria-hidden="true">{MARKS[kind].sign}</span>
          <span class="sr-only">{MARKS[kind].word}</span>
          <span
            class={`min-w-0 grow wrap-anywhere whitespace-pre-wrap ${
              kind === "note" ? "text-muted" : ""
            }`}
            data-testid="try-text"
          >
            {text}
          </span>
          {afterMs !== null && <span class="text-muted shrink-0">{formatMs(afterMs)}</span>}
        </p>
      ))}
    </div>
  );
}
