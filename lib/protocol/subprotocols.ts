/** WebSocket subprotocols of a tunnel, and of clients' sockets. */

/** What every peer speaks. */
export const RIVET_PROTOCOL = "rivet";

/**
 * Spoken where both ends of a tunnel are ours: HTTP bodies go in chunks, with credit, and what an
 * actor says to a client is acked (`actor_line.ts`).
 *
 * The frames are the same. The sender of a body, in either direction, begins with 65 536 bytes of
 * credit; a chunk costs its bytes rounded up to 256 and has at most 65 536; an empty unfinished chunk
 * in the other direction, at any time, grants 65 536 more. Nobody sends an empty unfinished chunk about
 * a request for another reason. The beginning of a body in its start message costs as a chunk does.
 */
export const DORMOUSE_PROTOCOL = "dormouse.1";
