/**
 * Two words between a gateway and a runner of ours, about what an actor says to one client on a
 * socket that hibernates (`docs/protocol.md`). The wire has none of them: a chunk of a body, which
 * means nothing on a socket, stands for each.
 */
import type { ToClientTunnelBody, ToServerTunnelBody } from "./message.ts";
import { readU32, writeU32 } from "./u32.ts";

const GENERATION_BYTES = 4;

/**
 * Runner to gateway: what follows on this tunnel and socket is said by that generation of the actor.
 * The message's index is the one before the first that follows.
 */
export function speaksBody(generation: number): ToServerTunnelBody {
  const body = new Uint8Array(GENERATION_BYTES);
  writeU32(body, 0, generation);
  return { kind: "responseChunk", body, finish: false };
}

/** The generation that speaks from here on; `undefined` when the message says no such thing. */
export function readSpeaks(body: ToServerTunnelBody): number | undefined {
  if (body.kind !== "responseChunk" || body.finish || body.body.length !== GENERATION_BYTES) {
    return undefined;
  }
  return readU32(body.body, 0);
}

/** Gateway to runner: everything up to and including the message's index is taken. */
export const TAKEN_BODY: ToClientTunnelBody = {
  kind: "requestChunk",
  body: new Uint8Array(0),
  finish: false,
};

/** Whether a message is {@link TAKEN_BODY}, when it is about a socket. */
export function isTaken(body: ToClientTunnelBody): boolean {
  return body.kind === "requestChunk" && body.body.length === 0 && !body.finish;
}
