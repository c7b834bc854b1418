/**
 * Credit for a body that goes in chunks: how much of it may be on its way, and unread at the other
 * end. Sender and receiver count alike, so that neither has to tell the other a number.
 *
 * A body begins with one unit of credit; its receiver grants further units, one at a time.
 */

/** One unit of credit, and the longest chunk: 64 KiB. */
export const CREDIT_UNIT = 64 * 1024;

/** What a chunk is rounded up to, for it takes memory of its own, however short it is: 256 bytes. */
const BLOCK = 256;

/** What a chunk of so many bytes costs. An empty one costs nothing. */
export function chunkCost(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}
