import type { ActAnswer, ActCounts, ActRow } from "../lib/inspect/mod.ts";
import { formatMs, plural } from "./format.ts";

/** What can be done to an actor by hand. */
export type Action = "hibernate" | "wake";

type ActPlan = ActCounts & Pick<ActRow, "phase">;
type ActOutcome = Pick<ActRow, "result" | "socketsKept" | "socketsClosed" | "tookMs" | "detail">;

/** Why the server did not do it, in its own words. */
export class ActError extends Error {}

/** What hibernating the actor would do now. Throws an {@link ActError}. */
export function planHibernate(actorId: string): Promise<ActRow> {
  return one(actorId, "hibernate", true);
}

/** Throws an {@link ActError}. */
export function hibernate(actorId: string): Promise<ActRow> {
  return one(actorId, "hibernate", false);
}

/** Throws an {@link ActError}. */
export function wake(actorId: string): Promise<ActRow> {
  return one(actorId, "wake", false);
}

async function one(actorId: string, action: Action, dryRun: boolean): Promise<ActRow> {
  const path = `/api/actors/${encodeURIComponent(actorId)}/${action}`;
  return (await act(path, { dryRun })).rows[0]!;
}

/** Asks for an action at its address, with what it wants in its body. Throws an {@link ActError}. */
export async function act(
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<ActAnswer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-dormouse-action": "1" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new ActError("The server does not answer");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer as ActAnswer;
  throw new ActError(answer?.message ?? `The server answered with status ${response.status}`);
}

/** The plan in sentences, most important first. `atRunner`: it is what the runner alone can say. */
export function planSentences(plan: ActPlan, atRunner = false): string[] {
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

/** What happened, in a sentence. */
export function outcomeSentence(name: string, outcome: ActOutcome): string {
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
