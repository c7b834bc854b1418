import type { MessageIndex } from "../../protocol/mod.ts";
import type { Payload } from "./payload.ts";
import type { Trail } from "./trail.ts";

/** Where a message comes from. */
export type Direction = "client" | "actor";

/**
 * What becomes of a message after it was said, in order. Of a client's: it was put on the tunnel, has
 * come to the runner, its handler is through, the state that has seen it is durable, the gateway
 * knows. Of an actor's: what it was said in is durable and it may go, the gateway has taken it, it
 * was put on the client's connection.
 */
export const STAGES = {
  client: ["sent", "received", "handled", "committed", "acked"],
  actor: ["left", "taken", "delivered"],
} as const;
export type Stage = (typeof STAGES)[Direction][number];

/** Each stage, to be told apart as fast as can be: its number, and whose messages have it. */
export const STAGE = {
  sent: 0,
  received: 1,
  handled: 2,
  committed: 3,
  acked: 4,
  left: 5,
  taken: 6,
  delivered: 7,
} as const satisfies Record<Stage, number>;
export const FIRST_OF_ACTOR = STAGE.left;

/**
 * Bytes of memory that a captured message takes beside its payload. Measured by
 * `tests/cost/capture_test.ts`, which fails when it says too little.
 */
export const MESSAGE_BYTES = 320;
/** And those of a socket that has some. */
export const TRAIL_BYTES = 800;

/** One message of a socket, as far as it was captured. */
export interface CapturedMessage {
  /** Counts the captured messages of its socket, both ways, from 1. */
  readonly id: number;
  readonly trail: Trail;
  readonly from: Direction;
  /** Its index on the tunnel; `null` of an actor's as long as it has none. */
  index: MessageIndex | null;
  /** Counts what its actor has said on the socket in one life, captured or not. */
  readonly turn: number;
  /** Of the whole message. */
  readonly bytes: number;
  readonly binary: boolean;
  /** Its begin, without secrets; `null` where payloads are not captured. */
  readonly payload: Payload | null;
  /** Bytes of memory that count towards the limit. */
  readonly cost: number;
  /** Messages before it that were not captured, since the last one that was. */
  readonly skipped: number;
  /** When it was said, or first seen here, on the host's clock. */
  readonly at: number;
  /** Microseconds from then to each of its stages; −1 where it has not come to that. */
  readonly reached: number[];
  resent: number;
  /** How often it came again and was dropped. */
  repeated: number;
  /** The revision of the state whose commit covers it; 0 for none. */
  commit: number;
  /** Of the captured messages of all sockets: the one before it, and the one after. */
  older: CapturedMessage | null;
  newer: CapturedMessage | null;
}
