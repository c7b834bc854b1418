import type { ClientLink } from "../gateway/client_link.ts";
import type { Close } from "../protocol/mod.ts";
import type { Room } from "./room.ts";
import { Valve } from "./valve.ts";

type Leaving = string | Uint8Array | { readonly close: Close };

/** A client's WebSocket whose client can be made to read nothing for a while. */
export class FaultyClient implements ClientLink {
  readonly #inner: ClientLink;
  readonly #leaving: Valve<Leaving>;

  constructor(inner: ClientLink, room: Room) {
    this.#inner = inner;
    this.#leaving = new Valve<Leaving>(room, bytesOf, (item) => {
      if (typeof item === "string" || item instanceof Uint8Array) inner.send(item);
      else inner.close(item.close);
    });
  }

  get bufferedBytes(): number {
    return this.#inner.bufferedBytes + this.#leaving.keptBytes;
  }

  get kept(): { readonly count: number; readonly bytes: number } {
    return { count: this.#leaving.kept, bytes: this.#leaving.keptBytes };
  }

  send(data: string | Uint8Array): void {
    this.#leaving.put(data);
  }

  close(close: Close): void {
    this.#leaving.put({ close });
  }

  slow(): void {
    this.#leaving.keep();
  }

  hasten(): void {
    this.#leaving.open();
  }
}

const encoder = new TextEncoder();

function bytesOf(item: Leaving): number {
  if (typeof item === "string") return encoder.encode(item).length;
  return item instanceof Uint8Array ? item.length : 0;
}
