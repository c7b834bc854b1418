import type { SocketRequest } from "../actor/socket.ts";
import type { MessageIndex } from "../protocol/mod.ts";
import type { TunnelSocket } from "./tunnel_socket.ts";

/** What waits in an actor's mailbox. `bytes` counts towards the mailbox's limit. */
export type Letter =
  | {
    readonly kind: "open";
    readonly socket: TunnelSocket;
    readonly request: SocketRequest;
    readonly bytes: 0;
  }
  | {
    readonly kind: "message";
    readonly socket: TunnelSocket;
    readonly data: string | Uint8Array;
    readonly index: MessageIndex;
    readonly bytes: number;
  }
  | {
    readonly kind: "close";
    readonly socket: TunnelSocket;
    readonly code: number;
    readonly reason: string;
    /** Whether the client's close has an index, to be committed and acked like a message's. */
    readonly indexed: boolean;
    readonly bytes: 0;
  }
  | { readonly kind: "alarm"; readonly bytes: 0 };

/** Whether it concerns a socket that the gateway keeps: what is not handled now comes again. */
export function isReplayable(letter: Letter): boolean {
  switch (letter.kind) {
    case "open":
    case "alarm":
      return true;
    case "message":
      return letter.socket.hibernatable;
    case "close":
      return letter.indexed;
  }
}
