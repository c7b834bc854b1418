/**
 * Tells of each buffer that somebody allocates as a `Uint8Array` or `ArrayBuffer`, encodes a text
 * into, or copies bytes into, with its bytes. Views of a buffer are none. Returns what ends it.
 */
export function onBuffer(allocated: (bytes: number) => void): () => void {
  const { ArrayBuffer: Buffer, Uint8Array: Bytes } = globalThis;
  const { slice } = Bytes.prototype;
  const { encode } = TextEncoder.prototype;
  const counted = <Type extends { new (...args: never[]): { byteLength: number } }>(
    type: Type,
  ): Type =>
    new Proxy(type, {
      construct(target, args, newTarget) {
        const made = Reflect.construct(target, args, newTarget);
        if (!(args[0] instanceof Buffer)) allocated(made.byteLength);
        return made;
      },
    });
  globalThis.ArrayBuffer = counted(Buffer);
  globalThis.Uint8Array = counted(Bytes);
  Bytes.prototype.slice = function (...args): Uint8Array<ArrayBuffer> {
    const copy = slice.apply(this, args);
    allocated(copy.byteLength);
    return copy;
  };
  TextEncoder.prototype.encode = function (text): Uint8Array<ArrayBuffer> {
    const bytes = encode.call(this, text);
    allocated(bytes.byteLength);
    return bytes;
  };
  return () => {
    globalThis.ArrayBuffer = Buffer;
    globalThis.Uint8Array = Bytes;
    Bytes.prototype.slice = slice;
    TextEncoder.prototype.encode = encode;
  };
}
