/** Frames that went wrong on the way. */
import fc from "fast-check";

/** A claim of 2³² − 1 bytes or items. */
const EVERYTHING = [255, 255, 255, 255, 15];

export interface Wound {
  readonly way:
    | "cut"
    | "append"
    | "flip"
    | "set"
    | "claim"
    | "remove"
    | "repeat";
  /** Where, wrapped into the frame. */
  readonly at: number;
  readonly value: number;
}

export const wound: fc.Arbitrary<Wound> = fc.record({
  way: fc.constantFrom("cut", "append", "flip", "set", "claim", "remove", "repeat"),
  at: fc.nat(600),
  value: fc.nat(255),
}, { noNullPrototype: true });

export function damage(frame: Uint8Array, { way, at, value }: Wound): Uint8Array {
  const where = frame.length === 0 ? 0 : at % frame.length;
  const before = frame.subarray(0, where);
  const after = frame.subarray(where);
  switch (way) {
    case "cut":
      return before.slice();
    case "append":
      return Uint8Array.of(...frame, value);
    case "flip":
      return frame.map((byte, index) => index === where ? byte ^ (1 << value % 8) : byte);
    case "set":
      return frame.map((byte, index) => index === where ? value : byte);
    case "claim":
      return Uint8Array.of(...before, ...EVERYTHING, ...after);
    case "remove":
      return Uint8Array.of(...before, ...after.subarray(1 + value % 8));
    case "repeat":
      return Uint8Array.of(...before, ...after.subarray(0, value), ...after);
  }
}
