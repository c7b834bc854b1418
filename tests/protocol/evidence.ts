/** The two experiments of `docs/protocol.md`, of any size: a test runs them small, a task in full. */
import fc from "fast-check";
import type { ProtocolVersion } from "@/lib/protocol/mod.ts";
import { boundaryMessages, LENGTHS } from "./boundary_messages.ts";
import { assertAgree, type Direction, TO_CLIENT, TO_SERVER } from "./differential.ts";
import { damage, wound } from "./mutations.ts";
import type { PeerCodec } from "./peer_codec.ts";
import { readSafely } from "./read_safely.ts";

/** Damaged frames made of one message, so that making messages is not what takes the time. */
const WOUNDS_A_MESSAGE = 10;

/**
 * Holds our codec against another one of its version, over `messages` random messages of each
 * direction. Throws where they differ, with the smallest message that shows it.
 */
export function compareRandom(
  version: ProtocolVersion,
  codec: PeerCodec,
  messages: number,
  seed: number,
): void {
  const compare = <Message>(direction: Direction<Message>): void =>
    fc.assert(
      fc.property(
        direction.messages(version),
        (message) => assertAgree(direction, version, codec, message),
      ),
      { numRuns: messages, seed },
    );
  compare(TO_SERVER);
  compare(TO_CLIENT);
}

/** The same over lengths around the boundaries of LEB128. Gives how many messages those were. */
export function compareBoundaries(version: ProtocolVersion, codec: PeerCodec): number {
  let compared = 0;
  for (const length of LENGTHS) {
    const { toServer, toClient } = boundaryMessages(version, length);
    for (const message of toServer) assertAgree(TO_SERVER, version, codec, message);
    for (const message of toClient) assertAgree(TO_CLIENT, version, codec, message);
    compared += toServer.length + toClient.length;
  }
  return compared;
}

export interface Damaged {
  readonly frames: number;
  /** Those that were another message, or the same: the rest was refused. */
  readonly read: number;
}

/**
 * Decodes at least `frames` damaged frames of each direction. Throws for one that is not handled as
 * {@link readSafely} says.
 */
export function decodeDamaged(version: ProtocolVersion, frames: number, seed: number): Damaged {
  const wounds = fc.array(wound, { minLength: WOUNDS_A_MESSAGE, maxLength: WOUNDS_A_MESSAGE });
  let read = 0;
  const messages = Math.ceil(frames / WOUNDS_A_MESSAGE);
  const run = <Message>(direction: Direction<Message>): void =>
    fc.assert(
      fc.property(direction.messages(version), wounds, (message, wounds) => {
        const frame = direction.encode(message, version);
        for (const wound of wounds) {
          if (readSafely(direction, version, damage(frame, wound))) read++;
        }
      }),
      { numRuns: messages, seed },
    );
  run(TO_SERVER);
  run(TO_CLIENT);
  return { frames: 2 * messages * WOUNDS_A_MESSAGE, read };
}
