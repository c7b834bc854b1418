import type { Hibernation } from "../../lib/inspect/mod.ts";
import { Figure } from "../Figure.tsx";
import { Empty } from "../Panel.tsx";

const WAKES: Readonly<Record<string, string>> = {
  create: "it was made",
  message: "a client’s message",
  request: "an HTTP request",
  open: "a client’s open",
  close: "a client’s close",
  alarm: "its alarm",
  person: "by hand",
  moved: "moved from another runner",
  crash: "a new try after a crash",
  unknown: "not known here: the gateway says",
};

const SLEEPS: Readonly<Record<string, string>> = {
  actor: "it was idle, or its code said so",
  person: "by hand",
  drain: "its runner leaves",
  runner_lost: "its runner was lost",
  not_ready: "no runner had room in time",
  unknown: "not known here: the gateway says",
};

/** Sleeps and wakes since the start, by cause. */
export function Causes({ of: { sleeps, wakes } }: { of: Hibernation }) {
  return (
    <div class="grid items-start gap-x-4 sm:grid-cols-2">
      <List title="Wakes" of={wakes} words={WAKES} />
      <List title="Sleeps" of={sleeps} words={SLEEPS} />
    </div>
  );
}

function List(
  { title, of, words }: {
    title: string;
    of: Readonly<Record<string, number | undefined>>;
    words: Readonly<Record<string, string>>;
  },
) {
  const known = Object.keys(words).filter((cause) => (of[cause] ?? 0) > 0);
  const total = known.reduce((sum, cause) => sum + of[cause]!, 0);
  if (known.length === 0) return <Empty title={`No ${title.toLowerCase()} yet`} />;
  return (
    <table class="table" data-testid={title.toLowerCase()}>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col" class="num w-24">
            <Figure of={total} />
          </th>
        </tr>
      </thead>
      <tbody>
        {known.map((cause) => (
          <tr key={cause} data-cause={cause}>
            <th scope="row" class="font-normal">{words[cause]}</th>
            <td class="num">
              <Figure of={of[cause]!} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
