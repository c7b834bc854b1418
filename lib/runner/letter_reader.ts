import { ActorError } from "../actor/errors.ts";
import type { ActorContext, ActorDefinition, Handled } from "../actor/mod.ts";
import { CLIENT_CLOSE } from "../protocol/mod.ts";
import type { Alarm } from "./alarm.ts";
import type { CommitLoop } from "./commit_loop.ts";
import type { Letter } from "./letter.ts";
import type { SocketRoom } from "./socket_room.ts";
import type { TunnelSocket } from "./tunnel_socket.ts";

/** The actor whose letters are read, and its parts that they concern. */
export interface LetterReaderOwner {
  readonly isStateful: boolean;
  readonly commit: CommitLoop;
  /** So many bytes more of the socket are durable now, or as good as that. */
  ack(socket: TunnelSocket, bytes: number, again: boolean): void;
  handlerFailed(handler: string, error: unknown): void;
}

/** Reads an actor's letters out to its author's handlers, and counts each when it is handled. */
export class LetterReader {
  readonly #owner: LetterReaderOwner;
  readonly #definition: ActorDefinition;
  readonly #actor: ActorContext;
  readonly #sockets: SocketRoom;
  readonly #alarm: Alarm;

  constructor(
    owner: LetterReaderOwner,
    definition: ActorDefinition,
    actor: ActorContext,
    sockets: SocketRoom,
    alarm: Alarm,
  ) {
    this.#owner = owner;
    this.#definition = definition;
    this.#actor = actor;
    this.#sockets = sockets;
    this.#alarm = alarm;
  }

  /** A handler that fails is told of, and closes the socket that it failed on. Never throws. */
  read(letter: Letter): void | Promise<void> {
    let handled: Handled;
    try {
      handled = this.#handler(letter);
    } catch (error) {
      return this.#failed(letter, error);
    }
    if (handled === undefined) return;
    return handled.then(undefined, (error) => this.#failed(letter, error));
  }

  /** It is handled: a client's message or close is to be committed, by its index, and acked. */
  count(letter: Letter): void {
    if (letter.kind !== "message" && !(letter.kind === "close" && letter.indexed)) return;
    const { socket } = letter;
    if (letter.kind === "message") socket.follower?.handled(letter.index);
    if (socket.window === null) return;
    socket.window.handle();
    socket.handledBytes += letter.bytes;
    const { isStateful, commit } = this.#owner;
    // Without state there is nothing that an index would have to agree with.
    if (!isStateful && socket.isOpen) {
      if (!commit.isClear) return commit.toAck(socket);
      socket.window.commit(socket.window.lastHandled);
      this.#owner.ack(socket, socket.takeHandledBytes(), false);
    } else if (this.#sockets.isKnown(socket)) commit.indexChanged(socket);
  }

  #handler(letter: Letter): Handled {
    const { websocket, alarm } = this.#definition;
    switch (letter.kind) {
      case "message":
        // What comes behind the actor's own close is not for it any more.
        if (!letter.socket.isOpen) return;
        return websocket?.message?.(this.#actor, letter.socket, letter.data);
      case "open":
        if (!letter.socket.isOpening) return;
        this.#sockets.opened(letter.socket);
        return websocket?.open?.(this.#actor, letter.socket, letter.request);
      case "close": {
        const { socket, code, reason } = letter;
        if (socket.closeTold) return;
        socket.closeTold = true;
        this.#sockets.closed(socket);
        return websocket?.close?.(this.#actor, socket, code, reason);
      }
      case "alarm":
        if (!this.#alarm.isDue) return;
        this.#alarm.set(null);
        return alarm?.(this.#actor);
    }
  }

  #failed(letter: Letter, error: unknown): void {
    this.#owner.handlerFailed(letter.kind, error);
    if (letter.kind !== "message" && letter.kind !== "open") return;
    if (!letter.socket.isOpen) return;
    const isTooLong = error instanceof ActorError && error.code === "socket.message_too_large";
    if (isTooLong) this.#sockets.tooLong(letter.socket);
    else this.#sockets.cutOff(letter.socket, CLIENT_CLOSE.serverError);
  }
}
