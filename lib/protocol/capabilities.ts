import type { ProtocolVersion } from "./limits.ts";

/**
 * How commands and events are numbered and acknowledged: with one number that runs over all actors
 * (v1 to v3), with a checkpoint for each actor that names no generation (v4), or with one for each
 * generation of an actor, counted from 0 (since v5).
 */
export type Numbering = "running" | "actor" | "generation";

/**
 * What a version of the wire can say, so that runner and gateway ask for a capability and never
 * compare version numbers. What is false here throws an `EncodeError` when it is sent all the same.
 */
export interface Capabilities {
  /** `webSocketMessageAck`. Without it a hibernatable socket cannot be kept. Since v2. */
  readonly messageAck: boolean;
  /** `canHibernate` at a socket's open and `hibernate` at its close. Since v2. */
  readonly hibernation: boolean;
  /** `hibernatingRequests` in a start: the gateway names the sockets that it holds. Since v3. */
  readonly hibernatingRequests: boolean;
  /**
   * Each tunnel message wants a `tunnelAck` with its `legacyIds`, in both directions. Up to v2: v3
   * has the word for it, and nobody waits for it any more.
   */
  readonly tunnelAck: boolean;
  /** `lastMessageIndex` at a socket's open. In v2 only. */
  readonly lastMessageIndex: boolean;
  /**
   * The gateway sends `ping` and the runner answers with `pong`. Without it the runner sends `pong`
   * on its own, with no answer. Since v4.
   */
  readonly gatewayPings: boolean;
  /** `upTo` acknowledges where it is running, and init tells it; `checkpoints` elsewhere. */
  readonly numbering: Numbering;
  /** The gateway may end the tunnel with a `close` message. Up to v3. */
  readonly closeMessage: boolean;
  /** `actorStopThreshold` (must be there) and `serverlessDrainGracePeriod` at init. Since v6. */
  readonly stopThresholds: boolean;
  /** `deleteRange` of the key-value store. Since v7. */
  readonly deleteRange: boolean;
}

/** The capabilities of `version` (`wire.md`, "What each version changed"). */
export function capabilities(version: ProtocolVersion): Capabilities {
  return CAPABILITIES[version];
}

const CAPABILITIES: Readonly<Record<ProtocolVersion, Capabilities>> = {
  1: capabilitiesOf(1),
  2: capabilitiesOf(2),
  3: capabilitiesOf(3),
  4: capabilitiesOf(4),
  5: capabilitiesOf(5),
  6: capabilitiesOf(6),
  7: capabilitiesOf(7),
};

function capabilitiesOf(version: number): Capabilities {
  return {
    messageAck: version >= 2,
    hibernation: version >= 2,
    hibernatingRequests: version >= 3,
    tunnelAck: version <= 2,
    lastMessageIndex: version === 2,
    gatewayPings: version >= 4,
    numbering: version <= 3 ? "running" : version === 4 ? "actor" : "generation",
    closeMessage: version <= 3,
    stopThresholds: version >= 6,
    deleteRange: version >= 7,
  };
}
