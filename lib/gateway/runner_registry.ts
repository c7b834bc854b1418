import {
  type Close,
  CURRENT_VERSION,
  decodeToServer,
  fitReason,
  formatId,
  isSupportedVersion,
  runnerId,
  SUPPORTED_VERSIONS,
  TUNNEL_CLOSE,
  withDetail,
} from "../protocol/mod.ts";
import type { Link } from "../transport/link.ts";
import type { ActorEntry } from "./actor_entry.ts";
import type { GatewayContext } from "./context.ts";
import type { ActorRecord } from "./gateway_store.ts";
import { newRecordId } from "./record_id.ts";
import { refuseRunner } from "./refuse_runner.ts";
import { type RunnerIdentity, RunnerSession } from "./runner_session.ts";

/** What a runner's connection carries besides its frames: the query of `/runners/connect`. */
export interface RunnerHandshake {
  readonly protocolVersion: number;
  readonly namespace: string;
  /** Unique to a runner process: who comes with it again is the same runner. */
  readonly runnerKey: string;
  readonly transport: "memory" | "websocket";
}

/** The runners of a gateway, and the actors that wait for one. */
export class RunnerRegistry {
  /** Actors that are wanted awake while no runner has room, in the order they were wanted. */
  readonly waiting: Set<ActorEntry> = new Set();
  readonly #context: GatewayContext;
  readonly #sessions = new Map<string, RunnerSession>();
  readonly #greeting = new Set<Link>();

  constructor(context: GatewayContext) {
    this.#context = context;
  }

  get sessions(): Iterable<RunnerSession> {
    return this.#sessions.values();
  }

  /**
   * The runner for the actor, of those that may run it and have room: one of the newest program, and
   * of these the least loaded by share of its slots.
   */
  pick({ record, holdsSockets }: ActorEntry): RunnerSession | undefined {
    let best: RunnerSession | undefined;
    let bestVersion = -1;
    let bestLoad = Infinity;
    for (const session of this.#sessions.values()) {
      if (!session.isOpen || !serves(session, record)) continue;
      if (holdsSockets && !session.restoresSockets) continue;
      const { version, totalSlots } = session.identity.init;
      const load = session.actors.size / totalSlots;
      if (version < bestVersion || (version === bestVersion && load >= bestLoad)) continue;
      [best, bestVersion, bestLoad] = [session, version, load];
    }
    return best;
  }

  /** Takes a runner's tunnel, whatever it turns out to be: each refusal is a close with its reason. */
  accept(link: Link, handshake: RunnerHandshake): void {
    const { host, options } = this.#context;
    const { protocolVersion } = handshake;
    if (!isSupportedVersion(protocolVersion)) {
      const spoken = `${SUPPORTED_VERSIONS[0]} to ${CURRENT_VERSION}`;
      const detail = `version ${protocolVersion} is not spoken, ${spoken} are`;
      return refuseRunner(host, link, withDetail(TUNNEL_CLOSE.invalidPacket, detail));
    }
    let session: RunnerSession | undefined;
    let hasJoined = false;
    let refused = false;
    this.#greeting.add(link);
    const refuse = (close: Close): void => {
      refused = true;
      const { code, reason } = withDetail(close, formatId(this.#context.gatewayId));
      link.close(code, reason);
    };
    const deadline = host.after(options.initTimeoutMs, () => refuse(TUNNEL_CLOSE.initTimeout));
    const settled = (): void => {
      deadline.cancel();
      this.#greeting.delete(link);
    };
    const join = (session: RunnerSession): void => {
      settled();
      hasJoined = true;
      this.#join(session);
    };
    link.start({
      onFrame: (frame) => {
        // What was under way when the link was closed still arrives.
        if (refused) return;
        if (session !== undefined) {
          if (!hasJoined) join(session);
          return session.onFrame(link, frame);
        }
        const identity = this.#identify(frame, handshake);
        if (identity === undefined) {
          settled();
          return refuse(TUNNEL_CLOSE.invalidPacket);
        }
        const known = this.#sessions.get(keyOf(identity));
        const isSame = known !== undefined && changeOf(known.identity, identity) === undefined;
        session = isSame ? known : this.#newSession(identity);
        this.#context.tracer?.({
          runnerId: session.runnerId,
          direction: "toGateway",
          message: identity.init,
          bytes: frame.length,
        });
        session.attach(link, identity);
        // An init may be all that is left of a process that has died since, and come late. It must
        // not drive out the one that came after it: who has the key stays until the other answers.
        if (isSame || !known?.isConnected) join(session);
      },
      onMessage: (message) => {
        if (refused || session === undefined) return;
        if (!hasJoined) join(session);
        session.onMessage(link, message);
      },
      onClose: (end) => {
        settled();
        if (hasJoined) session!.detach(link, end);
        else session?.close(TUNNEL_CLOSE.eviction);
      },
    });
  }

  /** Gives a runner up: what it hosted goes on elsewhere. */
  lose(session: RunnerSession, reason: string): void {
    const key = keyOf(session.identity);
    if (this.#sessions.get(key) !== session) return;
    this.#sessions.delete(key);
    this.#context.observer.runnerLost?.(session.runnerId, reason);
    session.lost();
    this.#context.traffic.add(session.traffic);
  }

  /** There may be room now: whoever waits longest goes first. */
  slotFreed(): void {
    for (const actor of this.waiting) {
      const session = this.pick(actor);
      if (session === undefined) continue;
      this.waiting.delete(actor);
      actor.startOn(session);
    }
  }

  /** Whether a connected runner serves the record's selector and says that it knows the name. */
  knowsName(record: Pick<ActorRecord, "namespace" | "runnerNameSelector" | "name">): boolean {
    let served = false;
    for (const session of this.#sessions.values()) {
      if (!session.isConnected || !serves(session, record)) continue;
      served = true;
      const names = session.identity.init.prepopulateActorNames;
      if (names === null || names.has(record.name)) return true;
    }
    return !served;
  }

  close(close: Close): void {
    for (const link of this.#greeting) link.close(close.code, fitReason(close.reason));
    for (const session of this.#sessions.values()) session.close(close);
    this.#sessions.clear();
  }

  #identify(frame: Uint8Array, handshake: RunnerHandshake): RunnerIdentity | undefined {
    const { protocolVersion, namespace, runnerKey, transport } = handshake;
    if (!isSupportedVersion(protocolVersion)) return undefined;
    try {
      const init = decodeToServer(frame, protocolVersion);
      if (init.kind !== "init") return undefined;
      const process = processOf(init.metadata);
      return { protocolVersion, namespace, runnerKey, transport, init, process };
    } catch {
      return undefined;
    }
  }

  #newSession(identity: RunnerIdentity): RunnerSession {
    return new RunnerSession(this.#context, runnerId(newRecordId(this.#context.host)), identity);
  }

  /** The session has its key from now on, and whoever had it before is sent away. */
  #join(session: RunnerSession): void {
    const { identity } = session;
    const key = keyOf(identity);
    const known = this.#sessions.get(key);
    if (known !== undefined && known !== session) {
      known.close(withDetail(TUNNEL_CLOSE.eviction, formatId(this.#context.gatewayId)));
      this.lose(known, changeOf(known.identity, identity) ?? "It came back");
    }
    this.#sessions.set(key, session);
    this.#context.observer.runnerJoined?.(session.runnerId, identity.init.name);
    this.slotFreed();
  }
}

const keyOf = ({ namespace, runnerKey }: RunnerIdentity): string =>
  JSON.stringify([namespace, runnerKey]);

/** Why who comes with a known key has nothing of the one before; `undefined` when it is the same. */
function changeOf(known: RunnerIdentity, identity: RunnerIdentity): string | undefined {
  if (known.protocolVersion !== identity.protocolVersion) {
    return "It came back with another version of the protocol";
  }
  return known.process === identity.process ? undefined : "Another process came with its key";
}

function processOf(metadata: string | null): unknown {
  try {
    return metadata === null ? undefined : JSON.parse(metadata)?.process;
  } catch {
    return undefined;
  }
}

function serves(
  { identity }: RunnerSession,
  record: Pick<ActorRecord, "namespace" | "runnerNameSelector">,
): boolean {
  return identity.namespace === record.namespace &&
    identity.init.name === record.runnerNameSelector;
}
