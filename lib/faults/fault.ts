import type { ClientLink } from "../gateway/client_link.ts";
import type { RequestId } from "../protocol/mod.ts";

export const FAULT_KINDS = ["cut", "freeze", "hold_acks", "slow", "first_index"] as const;
/**
 * What can go wrong on purpose. Of a runner's tunnel: `cut`, as a cable is, and each new one with it;
 * `freeze`, nothing passes either way; `hold_acks`, the runner's acks of clients' messages wait. Of a
 * client: `slow`, it reads nothing. Of sockets that open meanwhile: `first_index`, their messages
 * count from there.
 */
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface TunnelTarget {
  /** As people know it. */
  readonly runnerId: string;
  /** As its tunnels say, one after the other. */
  readonly key: string;
}

/** What is to go wrong, and for how many milliseconds. A cut of 0 is over at once. */
export type FaultOrder =
  & { readonly forMs: number }
  & (
    | { readonly kind: "cut" | "freeze" | "hold_acks"; readonly on: TunnelTarget }
    | { readonly kind: "slow"; readonly requestId: RequestId; readonly link: ClientLink }
    | { readonly kind: "first_index"; readonly index: number }
  );

/** A fault as it is now. */
export interface Fault {
  readonly id: number;
  readonly kind: FaultKind;
  /** What is so, as part of a sentence. */
  readonly says: string;
  /** The runner's id, or the socket's; `null` of what is about all of them. */
  readonly on: string | null;
  /** Of `first_index`. */
  readonly index: number | null;
  /** Milliseconds since the epoch. */
  readonly sinceTs: number;
  readonly untilTs: number;
  /** Frames, messages and closes that wait, and their bytes. */
  readonly kept: number;
  readonly keptBytes: number;
}

/** Why a fault is over: its time, somebody, another of its kind in its place, or no more room. */
export type FaultEnd = "time" | "hand" | "replaced" | "full";

export interface FaultObserver {
  began(fault: Fault): void;
  ended(fault: Fault, why: FaultEnd): void;
  limitReached(limit: keyof FaultLimits, value: number): void;
}

export interface FaultLimits {
  /** At one time. */
  readonly faults: number;
  /** The longest that one may be asked for. */
  readonly faultMs: number;
  /** What all of them hold back: at it, everything is let go. */
  readonly faultBytes: number;
}

export const FAULT_LIMITS: FaultLimits = {
  faults: 32,
  faultMs: 600_000,
  faultBytes: 64 * 1024 * 1024,
};
