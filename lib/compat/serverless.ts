import { Buffer } from "node:buffer";

/**
 * What a serverless runner says first, over HTTP: the version, then `ToServerlessServer.Init`
 * (`wire.md`), in base64.
 */
export function serverlessInitPacket(runnerId: string, version: number): string {
  const id = Buffer.from(runnerId);
  const packet = [...u16(version), 0, ...uint(id.length), ...id, ...u16(version)];
  return Buffer.from(packet).toString("base64");
}

function u16(value: number): number[] {
  return [value & 0xff, value >> 8];
}

function uint(value: number): number[] {
  return value < 0x80 ? [value] : [value & 0x7f | 0x80, ...uint(value >> 7)];
}
