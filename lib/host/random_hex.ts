import type { Host } from "./host.ts";

/** So many random bytes as lower-case hexadecimal digits, two each: for keys that nobody guesses. */
export function randomHex(host: Host, bytes: number): string {
  return [...host.randomBytes(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
