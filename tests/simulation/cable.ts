import {
  decodeToClient,
  decodeToServer,
  encodeToClient,
  encodeToServer,
  type ProtocolVersion,
  sendableClose,
  type SocketMessage,
  type ToClient,
  type ToServer,
} from "../../lib/protocol/mod.ts";
import { deliver } from "../../lib/transport/deliver.ts";
import type { Link, LinkEnd, LinkHandlers } from "../../lib/transport/link.ts";
import type { Executor } from "./executor.ts";
import type { ProcessHost } from "./process_host.ts";
import type { Random } from "./random.ts";

export type Side = "runner" | "gateway";
export const SIDES: readonly Side[] = ["runner", "gateway"];

/** A frame on its way, and what it says; `null` for garbage. */
export interface Frame {
  readonly bytes: Uint8Array;
  readonly message: ToServer | ToClient | null;
  /** What is delivered instead of the bytes, as in a process that is gateway and runner. */
  readonly handed?: SocketMessage;
}

/** Sees what goes through a cable, and may change it. */
export interface CableTap {
  /** A process has handed a frame over. */
  sent(from: Side, frame: Frame): void;
  /** Frames that go on the way in place of this one. */
  mangle?(from: Side, frame: Frame): readonly Frame[];
  /** A frame is about to be handed to a process; afterwards the returned function is called. */
  arrives(at: Side, frame: Frame): () => void;
  /** A process has closed its end over a frame that says nothing. */
  garbageHurts(at: Side): void;
}

/** How long a frame takes, in milliseconds. */
export interface Delay {
  readonly minMs: number;
  readonly maxMs: number;
}

const other = (side: Side): Side => side === "runner" ? "gateway" : "runner";

/**
 * One connection between a runner's process and the gateway's: two pipes that keep their order and
 * take their time, and every way in which such a connection breaks.
 */
export class Cable {
  readonly ends: Readonly<Record<Side, CableEnd>>;
  readonly #executor: Executor;
  readonly #random: Random;
  readonly #tap: CableTap;
  readonly #version: ProtocolVersion;
  readonly #pipes: Readonly<Record<Side, Pipe>>;
  delay: Delay;
  /** Whether clients' and actors' messages are handed over as they are. */
  readonly hands: boolean;
  /** Breaks at the next frame of this side, before it is handed over or after. */
  breakAt: { readonly from: Side; readonly moment: "before" | "after" } | undefined;

  constructor(
    executor: Executor,
    random: Random,
    tap: CableTap,
    init: {
      readonly version: ProtocolVersion;
      readonly protocol: string;
      readonly hands: boolean;
      readonly processes: Readonly<Record<Side, ProcessHost>>;
      readonly delay: Delay;
    },
  ) {
    this.#executor = executor;
    this.#random = random;
    this.#tap = tap;
    this.#version = init.version;
    this.hands = init.hands;
    this.delay = init.delay;
    const { protocol, processes } = init;
    this.#pipes = { runner: new Pipe(), gateway: new Pipe() };
    this.ends = {
      runner: new CableEnd(this, "runner", protocol, processes.runner),
      gateway: new CableEnd(this, "gateway", protocol, processes.gateway),
    };
  }

  /** Bytes that `from` has handed over and the other has not taken. */
  bufferedBytes(from: Side): number {
    return this.#pipes[from].bytes;
  }

  send(from: Side, bytes: Uint8Array, handed?: SocketMessage): void {
    const message = this.#decode(from, bytes);
    const frame: Frame = { bytes, message, ...(handed && { handed }) };
    const moment = this.breakAt?.from === from ? this.breakAt.moment : undefined;
    if (moment !== undefined) this.breakAt = undefined;
    if (moment === "before") return this.cut();
    this.#tap.sent(from, frame);
    for (const each of this.#tap.mangle?.(from, frame) ?? [frame]) this.put(from, each);
    if (moment === "after") this.cut();
  }

  hand(from: Side, message: SocketMessage): void {
    const encode = from === "runner" ? encodeToServer : encodeToClient;
    this.send(from, encode(message, this.#version), message);
  }

  /** Puts bytes on the way that say nothing, whatever their luck. */
  putGarbage(from: Side, bytes: Uint8Array): void {
    try {
      this.#decode(from, bytes);
    } catch {
      this.put(from, { bytes, message: null });
    }
  }

  #decode(from: Side, bytes: Uint8Array): ToServer | ToClient {
    const decode = from === "runner" ? decodeToServer : decodeToClient;
    return decode(bytes, this.#version);
  }

  /** Puts a frame on the way that no process has sent, or not so. */
  put(from: Side, frame: Frame): void {
    const pipe = this.#pipes[from];
    if (pipe.isBroken || pipe.isEnded) return;
    pipe.queue.push(frame);
    pipe.bytes += frame.bytes.length;
    this.#plan(from);
  }

  close(from: Side, end: LinkEnd): void {
    const pipe = this.#pipes[from];
    if (pipe.isBroken || pipe.isEnded) return;
    pipe.isEnded = true;
    pipe.queue.push(end);
    this.#plan(from);
  }

  /**
   * Breaks. Of the frames on their way some still arrive, from the front; each end notices at once
   * or so much later.
   */
  cut({ noticeMs = { runner: 0, gateway: 0 } }: { noticeMs?: Record<Side, number> } = {}): void {
    for (const from of SIDES) if (!this.#pipes[from].isBroken) this.strand(from);
    for (const side of SIDES) {
      this.#executor.after(noticeMs[side] + this.#lag(), () => this.#end(side, BROKEN));
    }
  }

  /** What `from` sends arrives no more, and nobody notices. */
  strand(from: Side): void {
    const pipe = this.#pipes[from];
    pipe.isBroken = true;
    pipe.drop(this.#random.int(0, pipe.queue.length));
  }

  /** The process at this side is dead: what it has sent still arrives, then the end of it. */
  abandon(side: Side): void {
    this.#pipes[other(side)].isBroken = true;
    this.close(side, BROKEN);
  }

  #lag(): number {
    return this.#random.int(this.delay.minMs, this.delay.maxMs);
  }

  #plan(from: Side): void {
    const pipe = this.#pipes[from];
    const now = this.#executor.now();
    // One behind the other, however fast the second one is.
    pipe.lastAt = Math.max(pipe.lastAt, now + this.#lag());
    this.#executor.after(pipe.lastAt - now, () => this.#arrive(from));
  }

  #arrive(from: Side): void {
    const pipe = this.#pipes[from];
    const item = pipe.queue.shift();
    if (item === undefined) return;
    const to = other(from);
    if (!("bytes" in item)) {
      if (item !== BROKEN) this.close(to, item);
      return this.#end(to, item);
    }
    const end = this.ends[to];
    end.process.arrive(() => {
      pipe.bytes -= item.bytes.length;
      if (end.hasEnded || end.handlers === undefined) return;
      const { isClosing } = end;
      const done = this.#tap.arrives(to, item);
      deliver(end.handlers, item.handed ?? item.bytes);
      done();
      // Who begins with garbage is nobody.
      const isKnown = end.taken++ > 0;
      if (item.message === null && isKnown && end.isClosing && !isClosing) {
        this.#tap.garbageHurts(to);
      }
    });
  }

  #end(side: Side, how: LinkEnd): void {
    const end = this.ends[side];
    end.process.arrive(() => {
      if (end.hasEnded) return;
      end.hasEnded = true;
      end.handlers?.onClose(how);
    });
  }
}

const BROKEN: LinkEnd = { code: 1006, reason: "" };

/** One direction. */
class Pipe {
  readonly queue: (Frame | LinkEnd)[] = [];
  bytes = 0;
  lastAt = 0;
  /** Nothing that is put in comes out. */
  isBroken = false;
  /** Nothing more may be put in. */
  isEnded = false;

  drop(kept: number): void {
    for (const item of this.queue.splice(kept)) {
      if ("bytes" in item) this.bytes -= item.bytes.length;
    }
  }
}

/** One end, as its process has it. */
export class CableEnd implements Link {
  handlers: LinkHandlers | undefined;
  hasEnded = false;
  /** Frames that the process has taken. */
  taken = 0;
  readonly protocol: string;
  readonly process: ProcessHost;
  readonly #cable: Cable;
  readonly #side: Side;
  isClosing = false;

  constructor(cable: Cable, side: Side, protocol: string, process: ProcessHost) {
    this.#cable = cable;
    this.#side = side;
    this.protocol = protocol;
    this.process = process;
  }

  get bufferedBytes(): number {
    return this.#cable.bufferedBytes(this.#side);
  }

  start(handlers: LinkHandlers): void {
    this.handlers = handlers;
  }

  send(frame: Uint8Array): void {
    if (this.isClosing || this.hasEnded || this.process.isDead) return;
    this.#cable.send(this.#side, frame);
  }

  hand(message: SocketMessage): boolean {
    if (!this.#cable.hands) return false;
    if (!this.isClosing && !this.hasEnded && !this.process.isDead) {
      this.#cable.hand(this.#side, message);
    }
    return true;
  }

  close(code: number, reason: string): void {
    if (this.isClosing || this.hasEnded || this.process.isDead) return;
    this.isClosing = true;
    this.#cable.close(this.#side, sendableClose(code, reason));
  }
}
