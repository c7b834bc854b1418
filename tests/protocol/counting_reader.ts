import { WireReader } from "@/lib/protocol/wire_reader.ts";

/** Counts what is read from a frame: each value takes a byte at least, so that a frame bounds them. */
export class CountingReader extends WireReader {
  reads = 0;

  override u16(): number {
    this.reads++;
    return super.u16();
  }

  override u32(): number {
    this.reads++;
    return super.u32();
  }

  override u32BigEndian(): number {
    this.reads++;
    return super.u32BigEndian();
  }

  override i64(): bigint {
    this.reads++;
    return super.i64();
  }

  override u64(): bigint {
    this.reads++;
    return super.u64();
  }

  override bool(): boolean {
    this.reads++;
    return super.bool();
  }

  override tag<Member extends string>(members: readonly Member[]): Member {
    this.reads++;
    return super.tag(members);
  }

  override text(): string {
    this.reads++;
    return super.text();
  }

  /** Of a fixed length, or behind one: {@link bytes} comes here too. */
  override fixed(length: number): Uint8Array {
    this.reads++;
    return super.fixed(length);
  }

  override list<Item>(read: () => Item): Item[] {
    this.reads++;
    return super.list(read);
  }

  override map<Value>(read: () => Value): Map<string, Value> {
    this.reads++;
    return super.map(read);
  }
}
