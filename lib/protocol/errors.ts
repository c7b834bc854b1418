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

/** A value that the wanted version has no words for. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
  constructor(
    readonly code: "encode.unsupported_version" | "encode.not_in_version" | "encode.invalid_value",
    message: string,
  ) {
    super(message);
  }
}
