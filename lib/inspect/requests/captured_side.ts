import type { Secrets } from "../secrets.ts";
import { keptPayload, type Payload } from "../capture/payload.ts";

const TEXT = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)|application\/javascript)/i;
const FORM = /^application\/x-www-form-urlencoded/i;

/** One side of an HTTP request as it was captured. */
export class CapturedSide {
  /** Without secrets. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Headers that were too long to be kept. */
  readonly headersCut: number;
  readonly #type: string;
  readonly #most: number;
  readonly #secrets: Secrets;
  /** Of the body so far. */
  bytes = 0;
  /** What is kept of the body, without secrets: `null` before it is over, or where none is kept. */
  payload: Payload | null = null;
  /** The begin of a body that is not over: nobody is shown it, for a secret may end later. */
  #begin: Uint8Array | null = null;

  /** @param most Bytes that are kept of the body, and of the headers together. 0 keeps none of a body. */
  constructor(
    headers: ReadonlyMap<string, string>,
    { most, payloads, secrets }: { most: number; payloads: boolean; secrets: Secrets },
  ) {
    this.#secrets = secrets;
    this.#most = payloads ? most : 0;
    const kept: [string, string][] = [];
    let room = most;
    for (const [name, value] of headers) {
      room -= name.length + value.length;
      if (room < 0) break;
      kept.push([name, secrets.header(name, value)]);
    }
    this.headers = kept;
    this.headersCut = headers.size - kept.length;
    this.#type = headers.get("content-type") ?? "";
  }

  /** Whether what is kept is only the begin. */
  get isCut(): boolean {
    return this.payload !== null && this.bytes > this.#most;
  }

  /** More of the body has come. */
  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.bytes += chunk.length;
    if (this.#most === 0 || this.payload !== null) return;
    const begin = this.#begin;
    const room = this.#most - (begin?.length ?? 0);
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    if (begin === null) this.#begin = part.slice();
    else {
      this.#begin = new Uint8Array(begin.length + part.length);
      this.#begin.set(begin);
      this.#begin.set(part, begin.length);
    }
    if (this.bytes > this.#most) this.over();
  }

  /** That was all of it, or all that is kept. */
  over(): void {
    const data = this.#begin;
    this.#begin = null;
    if (data === null) return;
    const isForm = FORM.test(this.#type);
    const isText = isForm || (this.#type === "" ? isLikeText(data) : TEXT.test(this.#type));
    const payload = keptPayload({ data, binary: !isText }, this.#most, this.#secrets);
    this.payload = isForm && typeof payload === "string" ? this.#secrets.form(payload) : payload;
  }
}

/** Of what nobody says a type of: UTF-8, of which the end may be missing. */
function isLikeText(bytes: Uint8Array): boolean {
  try {
    return !new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true }).includes(
      "\0",
    );
  } catch {
    return false;
  }
}
