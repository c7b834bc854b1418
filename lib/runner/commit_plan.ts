import { KV_LIMITS } from "../protocol/mod.ts";
import {
  type Entry,
  type Header,
  HEADER_KEY,
  headerValue,
  keyText,
  partKey,
  type Slot,
} from "../kept/records.ts";
import { stateParts } from "../kept/state_parts.ts";

/** What a put keeps free of state, for its header and the indexes of its sockets. */
const RESERVED_BYTES = 8 * 1024;
/** The largest state, in bytes of its text, that goes with all that belongs to it into one put. */
export const ONE_PUT_STATE_BYTES = KV_LIMITS.putBytes - RESERVED_BYTES;

/** What differs from the store. */
export interface Changes {
  /** As the store has it. */
  readonly header: Header;
  /** Of the actor's life: what two lives make of one state has two revisions. */
  readonly generation: number;
  readonly alarmTs: number | null;
  /** The state's text; `null` where the store has it as it is. */
  readonly state: Uint8Array | null;
  /** What must be in the put that has the state: the indexes of messages that it has seen. */
  readonly bound: readonly Entry[];
  /** What may go ahead of it. */
  readonly free: readonly Entry[];
  /** Keys that nothing will need. */
  readonly leftovers: readonly Uint8Array[];
}

export interface CommitPlan {
  /** To be written one after the other. The last one has all that must be atomic. */
  readonly puts: readonly (readonly Entry[])[];
  /** As the store has it then; `null` where it stays as it is. */
  readonly header: Header | null;
  /** Keys to be deleted then. */
  readonly leftovers: readonly Uint8Array[];
  /** Of all puts together. */
  readonly bytes: number;
}

/** Turns changes into puts. Should one of them fail, the store still has what it had before. */
export function planCommit(changes: Changes): CommitPlan {
  const kept = changes.header;
  const ahead = [...changes.free];
  const leftovers = [...changes.leftovers];
  let parts: readonly Entry[] = [];
  let place: Header = kept;
  if (changes.state !== null) {
    // A put of an earlier life that comes late brings another one, and cannot pass for this state's.
    const revision = (kept.revision + 1 + changes.generation) >>> 0;
    const isWhole = changes.state.length <= ONE_PUT_STATE_BYTES;
    const slot: Slot = isWhole || kept.slot === 1 ? 0 : 1;
    parts = stateParts(changes.state, slot, revision);
    place = { revision, parts: parts.length, stateBytes: changes.state.length, slot };
    const keptSlot = kept.slot ?? 0;
    const written = slot === keptSlot ? parts.length : 0;
    for (let part = written; part < kept.parts; part++) leftovers.push(partKey(keptSlot, part));
    if (!isWhole) {
      // Behind the sockets' entries: as many of these as there is room for go with the header.
      ahead.push(...parts);
      parts = [];
    }
  }
  const isHeaderNew = changes.state !== null || changes.alarmTs !== (kept.alarmTs ?? null);
  const header = isHeaderNew ? headerOf(place, kept, changes.alarmTs) : null;
  const main: Entry[] = header === null ? [] : [[HEADER_KEY, headerValue(header)]];
  main.push(...parts, ...changes.bound);
  return { ...pack(main, ahead), header, leftovers: unwritten(leftovers, [...main, ...ahead]) };
}

/** With no field that an actor of a small state and without an alarm does not need. */
function headerOf(
  { revision, parts, stateBytes, slot = 0 }: Header,
  kept: Header,
  alarmTs: number | null,
): Header {
  return {
    revision,
    parts,
    stateBytes,
    ...(slot !== 0 && { slot }),
    // Absent until the first alarm: only then is there something to tell the gateway at a start.
    ...((alarmTs !== null || kept.alarmTs !== undefined) && { alarmTs }),
  };
}

/** The puts of a commit, in order, `main` last: it has everything that must be atomic. */
function pack(
  main: Entry[],
  ahead: readonly Entry[],
): { readonly puts: readonly (readonly Entry[])[]; readonly bytes: number } {
  const puts: Entry[][] = [];
  let put = main;
  let size = 0;
  for (const entry of main) size += bytesOf(entry);
  let bytes = size;
  for (const entry of ahead) {
    const more = bytesOf(entry);
    if (put.length >= KV_LIMITS.keysPerCall || size + more > KV_LIMITS.putBytes) {
      puts.push(put = []);
      size = 0;
    }
    put.push(entry);
    size += more;
    bytes += more;
  }
  if (main.length > 0) puts.push(main);
  return { puts, bytes };
}

/** Without the keys that this very commit writes anew. A tombstone is written to be deleted. */
function unwritten(leftovers: readonly Uint8Array[], entries: readonly Entry[]): Uint8Array[] {
  if (leftovers.length === 0) return [];
  const written = new Set<string>();
  for (const [key, value] of entries) if (value.length > 0) written.add(keyText(key));
  return leftovers.filter((key) => !written.has(keyText(key)));
}

function bytesOf([key, value]: Entry): number {
  return key.length + value.length;
}
