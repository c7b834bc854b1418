import type { Host } from "../host/host.ts";

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
const LENGTH = 30;

/** A new id of the engine's shape: 30 characters of base 36, too many to guess or to meet twice. */
export function newRecordId(host: Host): string {
  let id = "";
  while (id.length < LENGTH) {
    for (const byte of host.randomBytes(LENGTH)) {
      // 252 is the greatest multiple of 36 in a byte: what lies above would favour some characters.
      if (byte < 252 && id.length < LENGTH) id += ALPHABET[byte % 36];
    }
  }
  return id;
}

/** Whether a text has the shape of an id. */
export function isRecordId(text: string): boolean {
  return /^[0-9a-z]{30}$/.test(text);
}
