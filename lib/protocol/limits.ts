/** Limits and times that the reference keeps (`wire.md`), the defaults of our options. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Versions of the runner protocol that this project speaks. */
export const SUPPORTED_VERSIONS = [1, 2, 3, 4, 5, 6, 7] as const;
export type ProtocolVersion = (typeof SUPPORTED_VERSIONS)[number];
export const CURRENT_VERSION: ProtocolVersion = 7;

export function isSupportedVersion(version: number): version is ProtocolVersion {
  return (SUPPORTED_VERSIONS as readonly number[]).includes(version);
}

/** Key-value limits, bytes and counts. */
export const KV_LIMITS = {
  keyBytes: 2 * KIB,
  valueBytes: 128 * KIB,
  keysPerCall: 128,
  putBytes: 976 * KIB,
  actorBytes: 10 * KIB * MIB,
} as const;

export const HTTP_BODY_BYTES = 20 * MIB;
export const WEBSOCKET_MESSAGE_BYTES = 32 * MIB;
/** Pending on one hibernatable socket. */
export const PENDING_BYTES = 128 * MIB;
/** One tunnel frame: the largest message and room for its envelope. */
export const FRAME_BYTES = WEBSOCKET_MESSAGE_BYTES + MIB;
/**
 * Items of one list or map in a frame. Our own number, to bound memory: an empty key takes one byte
 * on the wire and about a hundred once decoded.
 */
export const LIST_ITEMS = 262_144;
