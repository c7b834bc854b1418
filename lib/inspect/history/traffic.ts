import type { TrafficView } from "../../gateway/view.ts";
import type { Traffic } from "./step.ts";

/** What a gateway has counted since its start, and what is pending there now. */
export type Counted = Pick<TrafficView, "messagesIn" | "messagesOut" | "pendingMessages">;

export const NOTHING: Counted = { messagesIn: 0, messagesOut: 0, pendingMessages: 0 };

export function sumOf(all: Iterable<Counted>): Counted {
  const sum = { ...NOTHING } as { -readonly [Member in keyof Counted]: number };
  for (const { messagesIn, messagesOut, pendingMessages } of all) {
    sum.messagesIn += messagesIn;
    sum.messagesOut += messagesOut;
    sum.pendingMessages += pendingMessages;
  }
  return sum;
}

/** Of the time between. */
export function between(before: Counted, now: Counted): Traffic {
  return {
    messagesIn: growth(before.messagesIn, now.messagesIn),
    messagesOut: growth(before.messagesOut, now.messagesOut),
    pendingMessages: now.pendingMessages,
    messagesCommitted: null,
  };
}

/** A runner that comes back after it was given up counts from 0 again. */
function growth(before: number, now: number): number {
  return now < before ? now : now - before;
}

/** All that a runner alone knows. */
export function atRunner(messagesCommitted: number): Traffic {
  return { messagesIn: null, messagesOut: null, pendingMessages: null, messagesCommitted };
}
