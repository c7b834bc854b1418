import { DORMOUSE_PROTOCOL } from "../../lib/protocol/mod.ts";
import type { Link, LinkEnd, LinkHandlers } from "../../lib/transport/link.ts";

const CUT: LinkEnd = { code: 1006, reason: "" };

/** One thing that can happen next. */
export interface Choice {
  readonly name: string;
  /** The process that it happens in; `null` where it is not in one alone. */
  readonly where: string | null;
  /** The wire whose gateway's end it happens at. */
  readonly wire?: Wire;
  readonly take: () => void;
}

/** Sees each frame as it is sent, as it is taken, or that it never will be. */
export interface WireWatch {
  sent(frame: Uint8Array, wire: Wire, from: WireEnd): void;
  taken(frame: Uint8Array, wire: Wire, at: WireEnd): void;
  lost(frame: Uint8Array, wire: Wire, to: WireEnd): void;
}

/** A tunnel of which every frame is brought by hand, one at a time, in its order. */
export class Wire {
  readonly gateway: WireEnd;
  readonly runner: WireEnd;
  #isCut = false;

  /**
   * @param name Whose it is.
   * @param number Which one of all, so that what happens on it has a name of its own.
   */
  constructor(readonly name: string, readonly number: number, watch: WireWatch) {
    this.gateway = new WireEnd(this, "gateway", watch);
    this.runner = new WireEnd(this, name, watch);
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  get isOpen(): boolean {
    return !this.#isCut && this.gateway.end === undefined;
  }

  /**
   * Nothing that is sent from now on arrives. What is under way may: each end learns of the cut when
   * its time has come.
   */
  cut(): void {
    if (this.isOpen) this.#isCut = true;
  }

  /** The runner's process is gone: nobody is there to learn anything. */
  kill(): void {
    this.cut();
    this.runner.isOver = true;
  }

  other(end: WireEnd): WireEnd {
    return end === this.gateway ? this.runner : this.gateway;
  }

  get choices(): Choice[] {
    return [...this.runner.choices, ...this.gateway.choices];
  }
}

/** Where one side sends, and what is under way to it. */
export class WireEnd implements Link {
  readonly protocol = DORMOUSE_PROTOCOL;
  readonly bufferedBytes = 0;
  /** On its way to here. */
  incoming: Uint8Array[] = [];
  end: LinkEnd | undefined;
  /** Whether it knows that the link has ended. */
  isOver = false;
  readonly #wire: Wire;
  readonly #side: string;
  readonly #watch: WireWatch;
  #handlers: LinkHandlers | undefined;

  constructor(wire: Wire, side: string, watch: WireWatch) {
    this.#wire = wire;
    this.#side = side;
    this.#watch = watch;
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers;
  }

  send(frame: Uint8Array): void {
    if (this.end !== undefined || this.isOver) return;
    const peer = this.#wire.other(this);
    this.#watch.sent(frame, this.#wire, this);
    if (this.#wire.isCut) this.#watch.lost(frame, this.#wire, peer);
    else peer.incoming.push(frame);
  }

  close(code: number, reason: string): void {
    // What is said on a link that is cut reaches nobody.
    if (this.#wire.isOpen) this.end = this.#wire.other(this).end = { code, reason };
  }

  get choices(): Choice[] {
    if (this.isOver || this.#handlers === undefined) return [];
    const choices: Choice[] = [];
    const where = this.#side;
    const at = { where, ...(where === "gateway" && { wire: this.#wire }) };
    const on = ` on tunnel ${this.#wire.number}`;
    if (this.incoming.length > 0) {
      choices.push({ name: `${where} takes a frame${on}`, ...at, take: () => this.#take() });
    } else if (this.end !== undefined) {
      const { end } = this;
      choices.push({
        name: `${where} hears of the close${on}`,
        where,
        take: () => this.#over(end),
      });
    }
    if (this.#wire.isCut) {
      choices.push({ name: `${where} notices the cut${on}`, ...at, take: () => this.#over(CUT) });
    }
    return choices;
  }

  #take(): void {
    const frame = this.incoming.shift()!;
    this.#watch.taken(frame, this.#wire, this);
    this.#handlers!.onFrame(frame);
  }

  #over(end: LinkEnd): void {
    this.isOver = true;
    for (const frame of this.incoming) this.#watch.lost(frame, this.#wire, this);
    this.incoming = [];
    this.#handlers!.onClose(end);
  }
}
