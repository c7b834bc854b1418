import { integer, type Kind, share } from "./kind.ts";
import type { Variable } from "./variable.ts";

/** The options of one room that variables can set: its numbers. */
export type Settable<Options> = {
  readonly [K in keyof Options as Options[K] extends number ? K : never]: Options[K];
};

/** What each option is for, and its range where it is not that of its unit. */
export type OptionGuide<Options> = {
  readonly [K in keyof Settable<Options>]:
    | string
    | { readonly meaning: string; readonly min?: number; readonly max?: number };
};

/** A longer delay makes a timer fire at once. */
const TIMER_MS = 2 ** 31 - 1;

/**
 * One variable for each option of a room, named after it: `ackTimeoutMs` of the gateway is
 * `DORMOUSE_GATEWAY_ACK_TIMEOUT_MS`. The guide's type makes the compiler ask for a new option here.
 */
export function optionVariables<Options>(
  room: "GATEWAY" | "RUNNER" | "STORE",
  defaults: Options,
  guide: OptionGuide<Options>,
): readonly OptionVariable[] {
  const values = defaults as Readonly<Record<string, unknown>>;
  const entries = Object.entries(guide) as [string, string | Guided][];
  return entries.map(([option, given]) => {
    const guided = typeof given === "string" ? { meaning: given } : given;
    const fallback = values[option] as number;
    return {
      option,
      name: `DORMOUSE_${room}_${upperSnake(option)}`,
      meaning: guided.meaning,
      kind: kindOf(option, guided),
      fallback,
      secret: false,
    };
  });
}

export interface OptionVariable extends Variable<number> {
  readonly option: string;
}

interface Guided {
  readonly meaning: string;
  readonly min?: number;
  readonly max?: number;
}

function kindOf(
  option: string,
  { min = 1, max }: Guided,
): Kind<number> {
  if (/Share$|Jitter$/.test(option)) return share();
  if (option.endsWith("Ms")) return integer(min, max ?? TIMER_MS, "milliseconds");
  if (option.endsWith("Bytes")) return integer(min, max ?? Number.MAX_SAFE_INTEGER, "bytes");
  return integer(min, max ?? 0xffff_ffff);
}

function upperSnake(option: string): string {
  // WebSocket is one word.
  return option.replace("webSocket", "websocket").replace(/[A-Z]/g, "_$&").toUpperCase();
}
