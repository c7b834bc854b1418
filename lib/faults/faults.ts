import type { ClientLink } from "../gateway/client_link.ts";
import { GatewayError } from "../gateway/errors.ts";
import type { GatewayFaults } from "../gateway/faults.ts";
import type { RunnerHandshake } from "../gateway/runner_registry.ts";
import type { Host, Timer } from "../host/host.ts";
import { formatId, type ProtocolVersion } from "../protocol/mod.ts";
import { type Connect, type Link, LinkError } from "../transport/link.ts";
import {
  type Fault,
  FAULT_LIMITS,
  type FaultEnd,
  type FaultLimits,
  type FaultObserver,
  type FaultOrder,
} from "./fault.ts";
import { FaultyClient } from "./faulty_client.ts";
import { FaultyLink } from "./faulty_link.ts";
import { Room } from "./room.ts";

/** The key of the tunnel of a runner whose gateway is elsewhere: it has no other. */
export const OWN_TUNNEL = "own";

interface Active {
  readonly id: number;
  readonly order: FaultOrder;
  readonly sinceTs: number;
  timer: Timer | undefined;
}

export interface FaultsSetup {
  readonly host: Host;
  readonly limits?: Partial<FaultLimits>;
}

/**
 * Makes things go wrong on purpose, for those who develop: to see what their actors and clients do
 * then. What is held back is let go, in its order, when a fault is over.
 */
export class Faults implements GatewayFaults {
  readonly limits: FaultLimits;
  observer: FaultObserver | undefined;
  readonly #host: Host;
  readonly #room: Room;
  readonly #links = new Map<string, Set<FaultyLink>>();
  readonly #active = new Map<number, Active>();
  #lastId = 0;
  #isFull = false;

  constructor({ host, limits }: FaultsSetup) {
    this.#host = host;
    this.limits = { ...FAULT_LIMITS, ...limits };
    this.#room = new Room(this.limits.faultBytes, () => this.#full());
  }

  /** The faults of now, in the order in which they began. */
  list(): Fault[] {
    return [...this.#active.values()].map((active) => this.#view(active));
  }

  get firstMessageIndex(): number | null {
    const order = [...this.#active.values()].findLast(({ order }) => order.kind === "first_index")
      ?.order;
    return order?.kind === "first_index" ? order.index : null;
  }

  tunnel(link: Link, { runnerKey, protocolVersion }: RunnerHandshake): Link {
    // A version that is not spoken is refused before its frames matter.
    return this.#tunnel(link, "gateway", runnerKey, protocolVersion as ProtocolVersion);
  }

  client(link: ClientLink): ClientLink {
    return new FaultyClient(link, this.#room);
  }

  /** The same for the tunnels of a runner whose gateway is elsewhere. */
  connecting(connect: Connect, protocolVersion: ProtocolVersion): Connect {
    return async () => {
      if (this.#tunnelFaults(OWN_TUNNEL).some(({ kind }) => kind === "cut")) {
        throw new LinkError("link.refused", "The tunnel is cut on purpose, for now");
      }
      return this.#tunnel(await connect(), "runner", OWN_TUNNEL, protocolVersion);
    };
  }

  /** Throws what {@link begin} would. */
  check(order: FaultOrder): void {
    const { faults, faultMs } = this.limits;
    const refuse = (limit: keyof FaultLimits, code: string, message: string): never => {
      this.observer?.limitReached(limit, this.limits[limit]);
      throw new GatewayError(400, "faults", code, message);
    };
    if (order.forMs > faultMs) {
      refuse(
        "faultMs",
        "too_long",
        `The fault would last ${order.forMs} ms, at most faultMs=${faultMs} are allowed`,
      );
    }
    if (this.#active.size >= faults && this.#same(order) === undefined) {
      refuse("faults", "too_many", `There are faults=${faults} already: mend some`);
    }
  }

  /**
   * Makes it go wrong, from now on. A fault of the same kind on the same thing is over then. Throws
   * `faults.too_long` and `faults.too_many`.
   */
  begin(order: FaultOrder): Fault {
    this.check(order);
    const before = this.#same(order);
    if (before !== undefined) this.#end(before, "replaced");
    const active: Active = {
      id: ++this.#lastId,
      order,
      sinceTs: this.#host.epoch(),
      timer: undefined,
    };
    const fault = this.#view(active);
    this.observer?.began(fault);
    if (order.forMs > 0) {
      this.#active.set(active.id, active);
      active.timer = this.#host.after(order.forMs, () => this.#end(active, "time"));
    }
    if (order.kind === "slow") slowed(order.link)?.slow();
    else if (order.kind !== "first_index") {
      for (const link of this.#linksOf(order.on.key)) apply(order.kind, link);
    }
    return fault;
  }

  /** Ends these faults, or all of them. Those that are over already are passed over. */
  mend(ids?: readonly number[]): Fault[] {
    const meant = [...this.#active.values()].filter(({ id }) => ids?.includes(id) ?? true);
    return meant.map((active) => this.#end(active, "hand"));
  }

  #end(active: Active, why: FaultEnd): Fault {
    const { id, order } = active;
    const fault = this.#view(active);
    active.timer?.cancel();
    this.#active.delete(id);
    if (order.kind === "slow") slowed(order.link)?.hasten();
    else if (order.kind !== "first_index") {
      for (const link of this.#linksOf(order.on.key)) lift(order.kind, link);
    }
    this.observer?.ended(fault, why);
    return fault;
  }

  /** Everything goes on, once this turn is over: what takes the room is on its way just now. */
  #full(): void {
    if (this.#isFull) return;
    this.#isFull = true;
    this.#host.defer(() => {
      this.#isFull = false;
      this.observer?.limitReached("faultBytes", this.limits.faultBytes);
      for (const active of [...this.#active.values()]) this.#end(active, "full");
    });
  }

  #tunnel(
    inner: Link,
    at: "gateway" | "runner",
    key: string,
    protocolVersion: ProtocolVersion,
  ): Link {
    const over = (): void => {
      const links = this.#links.get(key);
      links?.delete(link);
      if (links?.size === 0) this.#links.delete(key);
    };
    const link = new FaultyLink(inner, {
      host: this.#host,
      room: this.#room,
      at,
      protocolVersion,
      over,
    });
    const links = this.#links.get(key) ?? new Set();
    this.#links.set(key, links.add(link));
    for (const { kind } of this.#tunnelFaults(key)) apply(kind, link);
    return link;
  }

  #linksOf(key: string): FaultyLink[] {
    return [...this.#links.get(key) ?? []];
  }

  #tunnelFaults(key: string): TunnelOrder[] {
    return [...this.#active.values()].map(({ order }) => order)
      .filter((order): order is TunnelOrder => "on" in order && order.on.key === key);
  }

  #same(order: FaultOrder): Active | undefined {
    return [...this.#active.values()].find((active) =>
      active.order.kind === order.kind && targetOf(active.order) === targetOf(order)
    );
  }

  #view({ id, order, sinceTs }: Active): Fault {
    const places = order.kind === "slow"
      ? [slowed(order.link)].filter((client) => client !== undefined)
      : "on" in order
      ? this.#linksOf(order.on.key)
      : [];
    return {
      id,
      kind: order.kind,
      says: saysOf(order),
      on: "on" in order
        ? order.on.runnerId
        : order.kind === "slow"
        ? formatId(order.requestId)
        : null,
      index: order.kind === "first_index" ? order.index : null,
      sinceTs,
      untilTs: sinceTs + order.forMs,
      kept: places.reduce((sum, { kept }) => sum + kept.count, 0),
      keptBytes: places.reduce((sum, { kept }) => sum + kept.bytes, 0),
    };
  }
}

function saysOf(order: FaultOrder): string {
  switch (order.kind) {
    case "cut":
      return "the runner's tunnel is cut";
    case "freeze":
      return "the runner stands still";
    case "hold_acks":
      return "the runner's acks are held back";
    case "slow":
      return "the client reads nothing";
    case "first_index":
      return `new sockets count their messages from ${order.index}`;
  }
}

type TunnelOrder = Extract<FaultOrder, { kind: "cut" | "freeze" | "hold_acks" }>;

function apply(kind: TunnelOrder["kind"], link: FaultyLink): void {
  if (kind === "cut") link.cut();
  else if (kind === "freeze") link.freeze();
  else link.holdAcks();
}

function lift(kind: TunnelOrder["kind"], link: FaultyLink): void {
  if (kind === "freeze") link.thaw();
  else if (kind === "hold_acks") link.releaseAcks();
}

/** `undefined` of a client that came before there could be faults. */
function slowed(link: ClientLink): FaultyClient | undefined {
  return link instanceof FaultyClient ? link : undefined;
}

function targetOf(order: FaultOrder): string | number | null {
  return "on" in order ? order.on.key : order.kind === "slow" ? order.requestId : null;
}
