import {
  capabilities,
  CURRENT_VERSION,
  type ProtocolVersion,
  SUPPORTED_VERSIONS,
} from "../../lib/protocol/mod.ts";
import type { Delay } from "./cable.ts";
import { FAULT_KINDS, type FaultKind, losesAnswers } from "./faults.ts";
import { Random } from "./random.ts";
import type { Command } from "./sim_actor.ts";

/** How one runner's process is. Who takes its place is the same. */
export interface RunnerPlan {
  readonly version: ProtocolVersion;
  /** Whether it speaks Dormouse's own subprotocol, or is a stranger to the gateway. */
  readonly ours: boolean;
}

/** What is so from the beginning to the end. */
export interface Weather {
  readonly actors: number;
  readonly runners: readonly RunnerPlan[];
  readonly clients: number;
  /** The index before each socket's first message. */
  readonly firstMessageIndex: number;
  readonly tunnel: Delay;
  readonly disk: Delay;
  /** Idle actors sleep after so long. */
  readonly sleepAfterMs: number | false;
  readonly ackMessages: number;
  readonly committedAckDelayMs: number;
  readonly acksPerRound: number;
  readonly pendingMessages: number;
  readonly pendingBytes: number;
  readonly ackTimeoutMs: number;
  readonly sweepIntervalMs: number;
  /** A runner is given up before the store that it cannot reach counts as dead. */
  readonly runnerLostMs: number;
  /** A dead tunnel is noticed before the sockets on it are given up. */
  readonly pingTimeoutMs: number;
  readonly clientBufferBytes: number;
  readonly webSocketMessageBytes: number;
  /** Bytes of state beside the counters. */
  readonly ballast: number;
  /** Milliseconds in which everything is said and everything breaks. */
  readonly spanMs: number;
}

/** One thing that a client or a person does. */
export type Act =
  | {
    readonly do: "say";
    readonly at: number;
    readonly client: number;
    readonly messages: readonly { command: Command; binary: boolean; padding: number }[];
  }
  | {
    readonly do: "open";
    readonly at: number;
    readonly actor: number;
    readonly hibernates: boolean;
  }
  | { readonly do: "leave"; readonly at: number; readonly client: number }
  | { readonly do: "request"; readonly at: number; readonly actor: number; readonly method: string }
  | { readonly do: "hibernate" | "wake"; readonly at: number; readonly actor: number };

/** One fault: what it hits is drawn from its own number, so that others may be left out. */
export interface Fault {
  readonly number: number;
  readonly at: number;
  readonly kind: FaultKind;
}

/** What a seed means. */
export interface Plan {
  readonly seed: number;
  readonly weather: Weather;
  readonly acts: readonly Act[];
  readonly messages: number;
  readonly faults: readonly Fault[];
}

/** Leaves things out of a plan, to find the smallest that fails. */
export interface Cut {
  /** Numbers of the faults that stay; all when left out. */
  readonly faults?: readonly number[];
  /** So many messages stay, from the first; all when left out. */
  readonly messages?: number;
}

const COMMANDS: readonly Command[] = [
  ...Array<Command>(10).fill("answer"),
  "answer",
  "quiet",
  "quiet",
  "slow",
  "burst",
  "attach",
  "attach",
  "alarm",
  "sleep",
];

/** Versions that acknowledge messages: without that there is nothing to promise. */
const VERSIONS = SUPPORTED_VERSIONS.filter((version) => capabilities(version).messageAck);

export function planOf(seed: number, cut: Cut = {}): Plan {
  const random = new Random(seed, "plan");
  // Some seeds have only what takes no answer with it, between ends that keep what they say.
  const isGentle = random.chance(0.15);
  const all = (Object.keys(FAULT_KINDS) as FaultKind[])
    .filter((kind) => !isGentle || !losesAnswers(kind));
  const kinds = random.some(all, random.pick([0.1, 0.25, 0.6]), 3);
  // Drawn apart: what else a seed means stays as it was.
  const acksPerRound = new Random(seed, "acks").pick([1, 256]);
  const weather = { ...weatherOf(random, kinds, isGentle), acksPerRound };
  const acts = actsOf(random, weather, cut.messages ?? Infinity);
  const count = random.scale(20, 200);
  const faults: Fault[] = [];
  for (let number = 0; number < count; number++) {
    const at = random.int(1, weather.spanMs);
    const kind = random.pick(kinds);
    if (cut.faults === undefined || cut.faults.includes(number)) faults.push({ number, at, kind });
  }
  return { seed, weather, ...acts, faults };
}

function weatherOf(
  random: Random,
  kinds: readonly FaultKind[],
  isGentle: boolean,
): Omit<Weather, "acksPerRound"> {
  const has = (kind: FaultKind): boolean => kinds.includes(kind);
  const slow = random.chance(0.2);
  const ackTimeoutMs = random.pick([4_000, 10_000, 30_000]);
  return {
    actors: random.int(1, 8),
    runners: Array.from({ length: random.int(1, 4) }, () => ({
      version: random.chance(0.5) ? CURRENT_VERSION : random.pick(VERSIONS),
      ours: isGentle || random.chance(0.7),
    })),
    clients: random.scale(1, 32),
    firstMessageIndex: random.pick([0, 0, 32_700, 32_765, 65_400, 65_533]),
    tunnel: { minMs: 0, maxMs: random.pick([0, 1, 3, 10, 40]) },
    disk: { minMs: 0, maxMs: random.pick([0, 1, 2, 5, slow ? 200 : 10]) },
    sleepAfterMs: random.pick([false, 30, 60, 400]),
    pendingMessages: has("floodAsleep") ? random.pick([16, 64]) : 32_767,
    pendingBytes: has("floodAsleep") && random.chance(0.3) ? 4_096 : 128 * 1024 * 1024,
    ackTimeoutMs,
    sweepIntervalMs: random.pick([500, 1_000, Math.min(15_000, ackTimeoutMs)]),
    runnerLostMs: Math.min(3_000, ackTimeoutMs / 4),
    pingTimeoutMs: ackTimeoutMs / 2,
    clientBufferBytes: 256 * 1024,
    webSocketMessageBytes: 64 * 1024,
    ballast: random.chance(0.01) ? random.pick([100_000, 1_100_000]) : 0,
    spanMs: random.scale(2_000, 30_000),
    ackMessages: random.pick([1, 4, 64]),
    committedAckDelayMs: random.pick([0, 5, 50]),
  };
}

function actsOf(
  random: Random,
  weather: Weather,
  atMost: number,
): { acts: readonly Act[]; messages: number } {
  const acts: Act[] = [];
  // Most seeds are small, so that there can be many; some are as large as it gets.
  const wanted = random.chance(0.03) ? random.scale(600, 5_000) : random.scale(200, 600);
  const first = Math.max(1, Math.ceil(weather.clients / 2));
  const opensAt: number[] = [];
  for (let i = 0; i < weather.clients; i++) {
    const at = i < first ? 0 : random.int(0, weather.spanMs);
    opensAt.push(at);
    const actor = random.int(0, weather.actors - 1);
    acts.push({ do: "open", at, actor, hibernates: random.chance(0.85) });
  }
  const total = Math.min(wanted, mostMessages(weather));
  let messages = 0;
  let said = 0;
  while (said < total) {
    const burst = random.chance(0.05) ? random.int(10, 60) : random.int(1, 6);
    const client = random.int(0, weather.clients - 1);
    const at = random.int(opensAt[client]!, weather.spanMs);
    const all = Array.from({ length: burst }, () => ({
      command: random.pick(COMMANDS),
      binary: random.chance(0.2),
      padding: random.chance(0.02) ? random.int(16_300, 20_000) : random.chance(0.3) ? 100 : 0,
    }));
    said += burst;
    const kept = all.slice(0, Math.max(0, atMost - messages));
    messages += kept.length;
    if (kept.length > 0) acts.push({ do: "say", at, client, messages: kept });
  }
  const others = random.int(0, 12);
  for (let i = 0; i < others; i++) {
    const at = random.int(0, weather.spanMs);
    const actor = random.int(0, weather.actors - 1);
    switch (random.int(0, 3)) {
      case 0:
        acts.push({ do: "leave", at, client: random.int(0, weather.clients - 1) });
        break;
      case 1:
        acts.push({ do: "request", at, actor, method: random.pick(["GET", "GET slow", "POST"]) });
        break;
      case 2:
        acts.push({ do: "hibernate", at, actor });
        break;
      case 3:
        acts.push({ do: "wake", at, actor });
    }
  }
  return { acts, messages };
}

/** So many as such a world can handle in the time that it has. */
function mostMessages({ ballast, disk }: Weather): number {
  // The state is written whole with each commit: with much of it, few messages are enough.
  if (ballast > 0) return ballast > 1_000_000 ? 40 : 200;
  // One in twenty lets its actor sleep: each life waits for such a disk three times.
  return disk.maxMs > 100 ? 2_000 : Infinity;
}
