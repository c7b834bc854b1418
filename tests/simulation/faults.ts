import { CLIENT_CLOSE, encodeToServer, type ToServer } from "../../lib/protocol/mod.ts";
import { type Frame, SIDES } from "./cable.ts";
import type { Random } from "./random.ts";
import type { SimClient } from "./sim_client.ts";
import type { SimRunner } from "./sim_runner.ts";
import type { World } from "./world.ts";

/** One way in which things go wrong. */
export interface FaultDefinition {
  /** Reasons of closes that it may bring to a client whose socket hibernates. */
  readonly mayClose?: readonly string[];
  /** Whether answers may be lost by it: the wire has no ack for them across a death. */
  readonly losesAnswers?: boolean;
  strike(world: World, random: Random): void;
}

const ACTOR_CRASHED = CLIENT_CLOSE.actorCrashed.reason;
const ACK_TIMEOUT = CLIENT_CLOSE.ackTimeout.reason;
const READY_TIMEOUT = CLIENT_CLOSE.actorReadyTimeout.reason;
const OPEN_TIMEOUT = CLIENT_CLOSE.openTimeout.reason;

/** Where a runner can die between a message and its ack. */
const STAGES = ["received", "handled", "putSent", "putDurable", "answered", "acked"] as const;

const acksOf = (mode: "lost" | "delayed" | "doubled" | "stale" | "future"): FaultDefinition => ({
  mayClose: [ACK_TIMEOUT],
  strike(world, random) {
    const runner = random.pick(world.runners);
    // Between our own two ends every frame has its number: there a frame cannot be lost alone.
    if (!runner.plan.ours) runner.tamper = { mode, left: random.int(1, 8) };
  },
});

/** The races of hibernating with `other`, in the same moment and in either order. */
const race = (other: (world: World, actor: number, random: Random) => void): FaultDefinition => ({
  strike(world, random) {
    const actor = random.int(0, world.plan.weather.actors - 1);
    const late = random.int(0, 3);
    const [first, second] = random.chance(0.5) ? [0, late] : [late, 0];
    world.executor.after(first, () => world.hibernate(actor));
    world.executor.after(second, () => other(world, actor, random));
  },
});

/** A client of the actor that is open. */
function clientOf(world: World, actor: number, random: Random) {
  const open = world.clients.filter((client) =>
    client.isOpen && client.actorId === world.actors[actor]
  );
  return open.length === 0 ? undefined : random.pick(open);
}

/** Lets the actor sleep, and does something when it does. */
function asleep(world: World, random: Random, then: (actor: number) => void): void {
  const actor = random.int(0, world.plan.weather.actors - 1);
  world.hibernate(actor, () => then(actor));
}

const cutAtSend = (moment: "before" | "after"): FaultDefinition => ({
  strike(world, random) {
    const from = random.pick(SIDES);
    const { cable } = random.pick(world.runners);
    if (cable !== undefined) cable.breakAt = { from, moment };
  },
});

export const FAULT_KINDS = {
  slowLink: {
    strike(world, random) {
      const runner = random.pick(world.runners);
      runner.delay = { minMs: random.int(0, 40), maxMs: random.int(40, 400) };
      world.executor.after(random.int(200, 4_000), () => runner.delay = world.plan.weather.tunnel);
    },
  },
  cut: {
    strike: (world, random) => random.pick(world.runners).cable?.cut(),
  },
  cutBeforeSend: cutAtSend("before"),
  cutAfterSend: cutAtSend("after"),
  /** One end hears of the break long before the other. */
  cutUnevenly: {
    mayClose: [OPEN_TIMEOUT],
    losesAnswers: true,
    strike(world, random) {
      const noticeMs = { runner: 0, gateway: 0 };
      noticeMs[random.pick(SIDES)] = random.int(10, 4_000);
      random.pick(world.runners).cable?.cut({ noticeMs });
    },
  },
  /** Nothing comes through any more in one direction or both, and nobody is told. */
  halfOpen: {
    // Twice in a row, each noticed by its pings only, is as long as an open waits for its actor.
    mayClose: [OPEN_TIMEOUT, READY_TIMEOUT, ACK_TIMEOUT, ACTOR_CRASHED],
    losesAnswers: true,
    strike(world, random) {
      const { cable, version } = random.pick(world.runners);
      // Before v4 nobody pings a runner: one that has nothing to ask does not notice.
      if (version < 4) return;
      for (const side of random.some(SIDES, 0.5)) cable?.strand(side);
    },
  },
  outage: {
    mayClose: [READY_TIMEOUT],
    losesAnswers: true,
    strike(world, random) {
      const runner = random.pick(world.runners);
      runner.unreachableUntil = world.executor.now() + random.int(50, 6_000);
      runner.cable?.cut();
    },
  },
  slowDisk: {
    mayClose: [ACTOR_CRASHED, ACK_TIMEOUT, OPEN_TIMEOUT],
    losesAnswers: true,
    strike(world, random) {
      world.disk.delay = { minMs: random.int(0, 50), maxMs: random.int(50, 1_500) };
      world.executor.after(
        random.int(500, 4_000),
        () => world.disk.delay = world.plan.weather.disk,
      );
    },
  },
  failedWrites: {
    mayClose: [ACTOR_CRASHED],
    losesAnswers: true,
    strike: (world, random) => world.disk.fail("failed", random.int(1, 4)),
  },
  /** What was reported as failed is on the disk all the same. */
  doubtfulWrites: {
    mayClose: [ACTOR_CRASHED],
    losesAnswers: true,
    strike: (world, random) => world.disk.fail("doubtful", random.int(1, 3)),
  },
  /** The gateway's process dies with a write that is not durable yet, or just is. */
  lostTail: {
    losesAnswers: true,
    strike(world, random) {
      const moment = random.pick(["before", "after"] as const);
      world.disk.onWrite = (at) => {
        if (at !== moment) return;
        world.disk.onWrite = undefined;
        world.restartGateway(random.int(20, 1_000));
      };
    },
  },
  acksLost: acksOf("lost"),
  acksDelayed: acksOf("delayed"),
  acksDoubled: acksOf("doubled"),
  acksStale: acksOf("stale"),
  acksFromTheFuture: acksOf("future"),
  /** The process dies, or its machine: then nobody is told. */
  killRunner: {
    mayClose: [OPEN_TIMEOUT, ACK_TIMEOUT],
    losesAnswers: true,
    strike(world, random) {
      const backMs = random.int(10, 4_000);
      world.kill(random.pick(world.runners), { backMs, isPowerCut: random.chance(0.2) });
    },
  },
  killAtStage: {
    losesAnswers: true,
    strike(world, random) {
      const runner = random.pick(world.runners);
      runner.dieAt = { stage: random.pick(STAGES), after: random.int(0, 6) };
    },
  },
  pauseRunner: {
    mayClose: [OPEN_TIMEOUT, ACK_TIMEOUT, ACTOR_CRASHED],
    losesAnswers: true,
    strike(world, random) {
      const first = random.pick(["timers", "frames"] as const);
      const ms = random.chance(0.2) ? random.int(3_000, 20_000) : random.int(10, 3_000);
      random.pick(world.runners).pause(ms, first);
    },
  },
  restartGateway: {
    losesAnswers: true,
    strike: (world, random) => world.restartGateway(random.int(20, 3_000)),
  },
  closeAsleep: {
    strike: (world, random) =>
      asleep(world, random, (actor) => clientOf(world, actor, random)?.leave()),
  },
  closeWaking: {
    strike: (world, random) =>
      asleep(world, random, (actor) => {
        const client = clientOf(world, actor, random);
        client?.say("answer");
        world.executor.after(random.int(0, 8), () => client?.leave());
      }),
  },
  floodAsleep: {
    mayClose: [CLIENT_CLOSE.pendingLimit.reason],
    strike: (world, random) =>
      asleep(world, random, (actor) => {
        const client = clientOf(world, actor, random);
        for (let i = random.int(10, 100); i > 0; i--) client?.say("answer");
      }),
  },
  slowClient: {
    mayClose: [CLIENT_CLOSE.slowClient.reason],
    strike(world, random) {
      const open = world.clients.filter((client) => client.isOpen);
      if (open.length === 0) return;
      const client = random.pick(open);
      client.isSlow = true;
      world.executor.after(random.int(100, 4_000), () => client.read());
    },
  },
  raceWithMessage: race((world, actor, random) => clientOf(world, actor, random)?.say("answer")),
  raceWithOpen: race((world, actor, random) => world.open(actor, random.chance(0.8))),
  raceWithClose: race((world, actor, random) => clientOf(world, actor, random)?.leave()),
  raceWithAlarm: race((world, actor, random) => clientOf(world, actor, random)?.say("alarm")),
  raceWithHibernate: race((world, actor) => world.hibernate(actor)),
  raceWithRequest: race((world, actor, random) =>
    world.request(actor, random.pick(["GET", "GET slow", "POST"]))
  ),
  oversize: {
    mayClose: [CLIENT_CLOSE.messageTooBig.reason],
    strike(world, random) {
      const open = world.clients.filter((client) => client.isOpen);
      const { webSocketMessageBytes } = world.plan.weather;
      if (open.length > 0) random.pick(open).sayTooMuch(webSocketMessageBytes + random.int(1, 9));
    },
  },
  /** A message of a client gets lost alone, as no gateway of ours loses one. */
  messageLost: {
    // Or its runner dies when the close is durable and has not left it.
    mayClose: [
      CLIENT_CLOSE.indexSkip.reason,
      CLIENT_CLOSE.metaNotFound.reason,
      CLIENT_CLOSE.staleMetadata.reason,
      // Or nothing comes behind it that would show the gap.
      ACK_TIMEOUT,
    ],
    losesAnswers: true,
    strike: (world, random) => void (random.pick(world.runners).skips = true),
  },
  garbage: {
    strike(world, random) {
      const side = random.pick(SIDES);
      const bytes = Uint8Array.from({ length: random.int(0, 60) }, () => random.int(0, 255));
      random.pick(world.runners).cable?.putGarbage(side, bytes);
    },
  },
  /** A runner comes back with another version of the protocol. */
  newVersion: {
    losesAnswers: true,
    strike(world, random) {
      const runner = random.pick(world.runners);
      const { version } = random.pick(world.plan.weather.runners);
      world.kill(runner, { backMs: random.int(10, 2_000), version, sameKey: true });
    },
  },
  /** A second process comes with the key of one that is there. */
  eviction: {
    mayClose: [OPEN_TIMEOUT],
    losesAnswers: true,
    strike: (world, random) => world.evict(random.pick(world.runners)),
  },
  drain: {
    losesAnswers: true,
    strike: (world, random) => world.drain(random.pick(world.runners), random.int(10, 2_000)),
  },
} satisfies Record<string, FaultDefinition>;

export type FaultKind = keyof typeof FAULT_KINDS;

/** Whether an answer may be lost to it. */
export function losesAnswers(kind: FaultKind): boolean {
  const { losesAnswers = false }: FaultDefinition = FAULT_KINDS[kind];
  return losesAnswers;
}

/** Whether the frame is a client's message on a socket that hibernates. */
export function isNumbered(frame: Frame, clients: readonly SimClient[]): boolean {
  const { message } = frame;
  if (message?.kind !== "tunnel" || message.body.kind !== "webSocketMessage") return false;
  const { requestId } = message.messageId;
  return clients.some(({ socket }) => socket?.requestId === requestId && socket.hibernatable);
}

/** How a runner's acks are tampered with, for so many of them. */
export interface Tampering {
  readonly mode: "lost" | "delayed" | "doubled" | "stale" | "future";
  left: number;
}

/** What becomes of a frame on its way from a tampered runner. */
export function tampered(
  runner: SimRunner,
  frame: Frame,
  later: (frame: Frame) => void,
): readonly Frame[] {
  const { tamper } = runner;
  const message = frame.message as ToServer | null;
  if (tamper === undefined || message?.kind !== "tunnel") return [frame];
  if (message.body.kind !== "webSocketMessageAck") return [frame];
  if (--tamper.left <= 0) runner.tamper = undefined;
  const { index } = message.body;
  const moved = (by: number): Frame => {
    const body = { kind: "webSocketMessageAck", index: (index + by) & 0xffff } as const;
    const made = { ...message, body } as ToServer;
    return { bytes: encodeToServer(made, runner.version).slice(), message: made };
  };
  switch (tamper.mode) {
    case "lost":
      return [];
    case "delayed":
      later(frame);
      return [];
    case "doubled":
      return [frame, frame];
    case "stale":
      return [frame, moved(-1), moved(-300)];
    case "future":
      // More than is said while the forged ack is on its way, or it would be one too early only.
      return [moved(10_000), frame, moved(20_000)];
  }
}
