import type { ClientSocketFollower, FollowedSocket } from "../../gateway/observer.ts";
import {
  type ActorId,
  distance,
  type GatewayId,
  type MessageIndex,
  type RequestId,
} from "../../protocol/mod.ts";
import type { TunnelSocketFollower } from "../../runner/observer.ts";
import { type Broken, SocketCheck } from "../promises/socket_check.ts";
import type { Capture } from "./capture.ts";
import type { Direction, Stage } from "./captured_message.ts";
import type { Trail } from "./trail.ts";

/** A message as it stands on the tunnel. */
interface Body {
  readonly data: Uint8Array;
  readonly binary: boolean;
}

/** What is counted of a socket's messages where something is out of the ordinary. */
class SocketCounts {
  /** Messages that were not captured, for want of budget. */
  notCaptured = 0;
  /** Of them, those since the last one that was. */
  skipped = 0;
  /** Messages that were kept once, and are no longer. */
  forgotten = 0;
  /** Messages of the client that were put on the tunnel again. */
  resent = 0;
  /** Messages that came again and were dropped, by whose they are. */
  repeatedOfClient = 0;
  repeatedOfActor = 0;
}
const NONE: Readonly<SocketCounts> = Object.freeze(new SocketCounts());

/**
 * Follows the messages of one socket: at the gateway, at the runner, or at both where they are in one
 * process. Then a message is captured where it comes from, and its stages are noted at either end.
 *
 * A message that is not captured costs a few comparisons. What is kept is in the {@link Trail}, which
 * is there only while there is something in it.
 */
export class CapturedSocket implements ClientSocketFollower, TunnelSocketFollower {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly actorId: ActorId;
  /** Without secrets, as the subprotocols. */
  readonly path: string;
  readonly subprotocols: readonly string[] | null;
  readonly sinceTs: number;
  trail: Trail | null = null;
  /** Whether its gateway, and its runner, are in this process and know it. */
  isNear = false;
  isFar = false;
  readonly #capture: Capture;
  /** Made with the first that is counted: most sockets have none, and sleepers are many. */
  #counts: SocketCounts | null = null;
  /** Made with the first message. */
  #check: SocketCheck | null = null;
  #lastSent: MessageIndex | null = null;
  #lastReceived: MessageIndex | null = null;
  /** What the actor has said, and what of it has left, in its present life. */
  #said = 0;
  #left = 0;
  /** What has left here, and the gateway has not taken yet. */
  #underWay = 0;

  constructor(
    capture: Capture,
    { gatewayId, requestId, actorId, path, protocols }: FollowedSocket,
    sinceTs: number,
  ) {
    this.#capture = capture;
    this.gatewayId = gatewayId;
    this.requestId = requestId;
    this.actorId = actorId;
    this.path = capture.secrets.path(path);
    this.subprotocols = protocols === null ? null : capture.secrets.subprotocols(protocols);
    this.sinceTs = sinceTs;
  }

  get counts(): Readonly<SocketCounts> {
    return this.#counts ?? NONE;
  }

  /** To be counted in. */
  get counting(): SocketCounts {
    return this.#counts ??= new SocketCounts();
  }

  // At the gateway

  clientSaid(index: MessageIndex, body: Body): void {
    const { promises } = this.#capture;
    if (promises !== null) this.#check ??= new SocketCheck(promises);
    this.#check?.said(index);
    this.#capture.take(this, "client", index, 0, body);
  }

  sent(index: MessageIndex): void {
    if (this.#lastSent !== null && distance(this.#lastSent, index) <= 0) {
      this.counting.resent++;
      const message = this.trail?.find("client", index);
      if (message !== undefined) message.resent++;
      return;
    }
    this.#lastSent = index;
    this.#reached("sent", index);
  }

  acked(index: MessageIndex): void {
    this.#reached("acked", index);
    if (this.#check !== null) this.#hold(this.#check.ack(index, this.isFar));
  }

  taken(index: MessageIndex, body: Body): void {
    if (this.#underWay > 0) this.#underWay--;
    else this.#capture.take(this, "actor", index, 0, body);
    this.#reached("taken", index);
  }

  delivered(index: MessageIndex): void {
    this.#reached("delivered", index);
    if (this.#check !== null && this.isFar) this.#hold(this.#check.delivered(index));
  }

  takenBefore(index: MessageIndex): void {
    this.#repeats("actor", index);
  }

  over(): void {
    this.isNear = false;
    this.#capture.release(this);
  }

  // At the runner

  received(index: MessageIndex, body: Body): void {
    if (this.#lastReceived !== null && distance(this.#lastReceived, index) <= 0) {
      this.trail?.again(index);
    }
    this.#lastReceived = index;
    if (!this.isNear) this.#capture.take(this, "client", index, 0, body);
    this.#reached("received", index);
  }

  receivedBefore(index: MessageIndex): void {
    this.#repeats("client", index);
  }

  handled(index: MessageIndex): void {
    this.#reached("handled", index);
    if (this.#check !== null) this.#hold(this.#check.handled(index));
  }

  committed(index: MessageIndex, revision: number): void {
    this.trail?.reach("committed", index, this.#capture.now, revision);
  }

  ackSaid(index: MessageIndex): void {
    if (!this.isNear) this.#reached("acked", index);
  }

  actorSaid(body: Body): void {
    this.#capture.take(this, "actor", null, ++this.#said, body);
  }

  left(index: MessageIndex | null): void {
    this.#left++;
    if (index !== null) {
      this.#underWay++;
      this.#check?.left(index);
    }
    this.trail?.leave(this.#left, index, this.#capture.now);
  }

  gone(): void {
    this.isFar = false;
    this.#capture.release(this);
  }

  /** A life of its actor begins here, and what it says counts anew. */
  begins(): void {
    this.isFar = true;
    this.#said = this.#left = this.#underWay = 0;
    this.#check?.begins();
    this.trail?.actorBegins();
  }

  #hold(broken: Broken | undefined): void {
    if (broken !== undefined) this.#capture.promises!.broke(this.#capture, this, broken);
  }

  #reached(stage: Stage, index: MessageIndex): void {
    this.trail?.reach(stage, index, this.#capture.now);
  }

  #repeats(from: Direction, index: MessageIndex): void {
    if (from === "client") this.counting.repeatedOfClient++;
    else this.counting.repeatedOfActor++;
    const message = this.trail?.find(from, index);
    if (message !== undefined) message.repeated++;
  }
}
