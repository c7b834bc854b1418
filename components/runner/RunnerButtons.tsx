import type { RunnerRow, Verb } from "../../lib/inspect/mod.ts";

/** What can be done to runners. */
export type RunnerVerb = Extract<Verb, "drain" | "resume" | "hibernate" | "close">;

const TITLES: Readonly<Record<RunnerVerb, string>> = {
  drain: "Drain",
  resume: "Resume",
  hibernate: "Hibernate its actors",
  close: "Close its sockets",
};

export interface RunnerButtonsProps {
  readonly verbs: readonly RunnerVerb[];
  readonly disabled: boolean;
  readonly act: (verb: RunnerVerb) => void;
}

export function RunnerButtons({ verbs, disabled, act }: RunnerButtonsProps) {
  return (
    <>
      {verbs.map((verb) => (
        <button
          key={verb}
          type="button"
          class="button"
          data-testid={`act-${verb}`}
          disabled={disabled}
          onClick={() => act(verb)}
        >
          {TITLES[verb]}
        </button>
      ))}
    </>
  );
}

/** A runner alone can neither drain nor resume itself: its gateway places actors. */
export function verbsFor(
  runners: readonly Pick<RunnerRow, "drain">[],
  atRunner: boolean,
): RunnerVerb[] {
  const placing: RunnerVerb[] = atRunner ? [] : [
    ...(runners.some(({ drain }) => drain === null) ? ["drain" as const] : []),
    ...(runners.some(({ drain }) => drain?.by === "operator") ? ["resume" as const] : []),
  ];
  return [...placing, "hibernate", "close"];
}
