import type { ActAnswer, ActCounts, ActRow, Verb } from "../../lib/inspect/mod.ts";
import { formatMs, plural } from "../format.ts";
import type { Intent } from "./intent.ts";

/** What each verb is called on a button. */
export const VERB_TITLES: Readonly<Record<Verb, string>> = {
  hibernate: "Hibernate",
  wake: "Wake",
  close: "Close",
  drain: "Drain",
  resume: "Resume",
  replay: "Replay",
  cut: "Cut",
  freeze: "Freeze",
  hold_acks: "Hold acks",
  slow: "Slow",
  first_index: "Count from",
  mend: "Mend",
};

/** What each verb would do to an actor or socket; the others are about neither. */
const WOULD: Partial<Readonly<Record<Verb, string>>> = {
  hibernate: `would sleep`,
  drain: `would leave the runner`,
  wake: `would start on a runner`,
  close: `would close`,
  replay: `would get a message`,
};

type Plan = ActCounts & Pick<ActRow, "phase">;
type Outcome = Pick<ActRow, "result" | "socketsKept" | "socketsClosed" | "tookMs" | "detail">;

/** What would happen, most important first. `atRunner`: it is what the runner alone can say. */
export function planOf(
  intent: Intent,
  { rows, sum, notes }: ActAnswer,
  atRunner: boolean,
): string[] {
  const one = intent.isOne ? rows[0] : undefined;
  // What the client is told of a close is the reader's to write.
  if (one === undefined) {
    return [...summary(intent.verb, rows, sum), ...intent.verb === "close" ? [] : notes];
  }
  if (intent.verb === "hibernate") return planSentences(one, atRunner);
  if (intent.verb === "wake") return wakeSentences(one);
  if (intent.verb === "replay") return [one.detail, ...notes];
  const pending = one.messagesReplayed === 0
    ? []
    : [`The actor gets ${plural(one.messagesReplayed, "message")} before it hears of the close`];
  return [one.detail, ...pending];
}

/** The plan of hibernating one actor in sentences. */
export function planSentences(plan: Plan, atRunner = false): string[] {
  if (plan.phase === "asleep") return ["It is asleep already: nothing would change"];
  const sentences = ["It commits its state and leaves the runner's memory"];
  sentences.push(
    plan.socketsKept === 0
      ? "No socket has to be kept open"
      : `${plural(plan.socketsKept, "socket")} ${
        plan.socketsKept === 1 ? "stays" : "stay"
      } connected and ${plan.socketsKept === 1 ? "hibernates" : "hibernate"}`,
  );
  if (plan.socketsClosed > 0) {
    const closes = plan.socketsClosed === 1 ? "closes" : "close";
    sentences.push(
      `${plural(plan.socketsClosed, "socket")} that cannot hibernate ${closes}: 1000 actor.stopped`,
    );
  }
  if (plan.messagesReplayed > 0) {
    sentences.push(
      `${plural(plan.messagesReplayed, "message")} not ${atRunner ? "handled" : "acked"} yet ` +
        "would be sent again, and wake it at once",
    );
  }
  if (plan.requestsInFlight > 0) {
    sentences.push(
      atRunner
        ? `${plural(plan.requestsInFlight, "request")} in flight would be answered before`
        : `${plural(plan.requestsInFlight, "request")} in flight may wake it again`,
    );
  }
  if (atRunner) {
    sentences.push("The gateway decides, and wakes it again if it holds more for it");
  }
  return sentences;
}

function wakeSentences({ phase, socketsKept, detail }: ActRow): string[] {
  if (phase !== "asleep") return [detail];
  return [
    "It starts on a runner and loads its state from the store",
    socketsKept === 0
      ? "No socket waits for it"
      : `${plural(socketsKept, "socket")} that hibernated ${
        socketsKept === 1 ? "goes" : "go"
      } on without a second open`,
    "When nothing keeps it awake, it falls asleep again",
  ];
}

function summary(verb: Verb, rows: readonly ActRow[], { failed }: ActAnswer["sum"]): string[] {
  const would = WOULD[verb];
  if (would === undefined) return [];
  const known = rows.filter(({ result }) => result !== "failed");
  const wanted = verb === "wake" ? "asleep" : verb === "close" ? "" : "awake";
  const changed =
    known.filter(({ phase }) =>
      verb === "close" ? phase !== "closed" : (phase === "asleep") === (verb === "wake")
    ).length;
  const of = verb === "close" ? "socket" : "actor";
  const sentences = [`${plural(changed, of)} ${would}`];
  const idle = known.length - changed;
  if (idle > 0) {
    sentences.push(
      `${plural(idle, of)} ${idle === 1 ? "is" : "are"} not ${
        wanted || "open"
      }: nothing would change there`,
    );
  }
  if (failed > 0) sentences.push(`${plural(failed, of)} cannot be acted on: see below`);
  return sentences;
}

/** What happened to all of them, in a sentence. */
export function outcomeOf(intent: Intent, { rows, sum, notes }: ActAnswer): string {
  if (WOULD[intent.verb] === undefined) return notes.join(". ");
  if (intent.isOne) {
    const one = rows[0]!;
    const { name } = intent.named(one);
    return intent.verb === "hibernate"
      ? outcomeSentence(name, one)
      : intent.verb === "wake" && one.result === "waking"
      ? `${name} wakes: the log says how long it took`
      : `${name}: ${lower(one.detail)}`;
  }
  const times = new Map<string, number>();
  for (const { result } of rows) times.set(result, (times.get(result) ?? 0) + 1);
  const results = [...times].map(([result, count]) => `${count} ${result.replace("_", " ")}`);
  const { socketsKept, socketsClosed } = sum;
  const sockets = `${plural(socketsKept, "socket")} kept, ${socketsClosed} closed`;
  return `${results.join(", ") || "Nothing was there to act on"}: ${sockets}`;
}

/** What hibernating one actor came to. */
export function outcomeSentence(name: string, outcome: Outcome): string {
  const { socketsKept, socketsClosed, tookMs, detail } = outcome;
  const sockets = `${plural(socketsKept, "socket")} kept, ${socketsClosed} closed`;
  switch (outcome.result) {
    case "asleep":
      return `${name} fell asleep in ${formatMs(tookMs)}: ${sockets}`;
    case "already_asleep":
      return `${name} was asleep already`;
    case "woken_again":
      return `${name} slept and is awake again: ${lower(detail)}`;
    default:
      return `${name} did not fall asleep: ${lower(detail)}`;
  }
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
