export type DecodeErrorCode =
  | "decode.unsupported_version"
  | "decode.too_large"
  | "decode.truncated"
  | "decode.trailing_bytes"
  | "decode.unknown_tag"
  | "decode.invalid_boolean"
  | "decode.invalid_utf8"
  | "decode.invalid_length"
  | "decode.invalid_value";

/** A frame that is not what its version says: what was wrong, and where. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  constructor(
    readonly code: DecodeErrorCode,
    /** Bytes from the start of the frame. */
    readonly offset: number,
    message: string,
  ) {
    super(`${message} at byte ${offset}`);
  }
}

export type EncodeErrorCode =
  | "encode.unsupported_version"
  /** The version has no words for the value. */
  | "encode.not_in_version"
  /** The value fits no version: a number out of its range, lists of unequal length. */
  | "encode.invalid_value"
  /** The frame, or a list in it, is beyond the limits of `limits.ts`. */
  | "encode.too_large";

/** A value that cannot be put into the bytes of the wanted version. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
  constructor(
    readonly code: EncodeErrorCode,
    message: string,
  ) {
    super(message);
  }
}
