import * as v from "valibot";
import type { Parts } from "../api/resource.ts";
import { type Close, isSendable, MAX_REASON_BYTES } from "../../protocol/mod.ts";
import type { Control } from "./control.ts";
import type { ActRow, Verb } from "./shapes.ts";

/** Something to do to one actor or socket. */
export interface Task {
  readonly id: string;
  /** Both reject with a `GatewayError` when it cannot be done. */
  plan(): Promise<ActRow>;
  act(): Promise<ActRow>;
}

/** What a request asks for, not begun yet. */
export interface Job {
  readonly tasks: readonly Task[];
  /** Sentences about the whole. */
  readonly notes: readonly string[];
  /** Done before the tasks. */
  readonly begin?: () => void;
  /** What an audit names where there is no task: default, what the address names. */
  readonly on?: readonly string[];
  /** What an audit says besides. */
  readonly detail?: string;
}

type BodySchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** Something that can be done, at an address of its own. */
export interface Action {
  /** As OpenAPI writes it: `/api/actors/{actorId}/hibernate`. */
  readonly path: string;
  readonly verb: Verb;
  /** What it does, in a sentence. */
  readonly about: string;
  readonly body: BodySchema;
  /** Whether the address names the one thing that it is done to. */
  readonly isOne: boolean;
  /** Throws a `GatewayError` when what it is about is not there. */
  job(control: Control, parts: Parts, body: Readonly<Record<string, unknown>>): Job;
}

export function action<Body extends BodySchema>(
  given: Omit<Action, "body" | "job"> & {
    readonly body: Body;
    job(control: Control, parts: Parts, body: v.InferOutput<Body>): Job;
  },
): Action {
  return given as unknown as Action;
}

/** In the body of every action: whether to say only what it would do. */
export const dryRun = { dryRun: v.optional(v.boolean(), false) };

/** Ids of what is selected. How many there may be is an option. */
export const ids = (of: string): v.GenericSchema<unknown, string[]> =>
  v.pipe(
    v.array(
      v.pipe(v.string(), v.nonEmpty("an id is empty"), v.maxLength(256, "an id is too long")),
    ),
    v.minLength(1, `at least one ${of} is wanted`),
    v.transform((all) => [...new Set(all)]),
  );

/** What a client is told when a person closes its socket and says nothing else. */
export const CLOSED_BY_HAND: Close = { code: 1000, reason: "guard.closed_by_operator" };

const wantedCode = "1000, a registered code that may be sent, or 3000 to 4999 is wanted";

export const close = {
  code: v.optional(
    v.pipe(
      v.number(),
      v.integer(({ received }) => `it is ${received}; ${wantedCode}`),
      v.check(isSendable, ({ received }) => `it is ${received}; ${wantedCode}`),
    ),
    CLOSED_BY_HAND.code,
  ),
  reason: v.optional(
    v.pipe(
      v.string(),
      v.maxBytes(
        MAX_REASON_BYTES,
        ({ received }) => `it has ${received} bytes, at most ${MAX_REASON_BYTES} are wanted`,
      ),
    ),
    CLOSED_BY_HAND.reason,
  ),
};
