/** One direction of a codec that is not ours, generated from a BARE schema. */
export interface PeerDirection {
  encode(shape: unknown): Uint8Array;
  decode(frame: Uint8Array): unknown;
}

export interface PeerCodec {
  readonly toServer: PeerDirection;
  readonly toClient: PeerDirection;
}

/** What modules generated from a schema of the runner protocol export. */
interface GeneratedModule {
  encodeToServer(shape: never): Uint8Array;
  decodeToServer(frame: Uint8Array): unknown;
  encodeToClient(shape: never): Uint8Array;
  decodeToClient(frame: Uint8Array): unknown;
}

/** Every version has types of its own, so that shapes are unknown to the tests' types. */
export function peerCodec(module: GeneratedModule): PeerCodec {
  return {
    toServer: {
      encode: (shape) => module.encodeToServer(shape as never),
      decode: (frame) => module.decodeToServer(frame),
    },
    toClient: {
      encode: (shape) => module.encodeToClient(shape as never),
      decode: (frame) => module.decodeToClient(frame),
    },
  };
}
