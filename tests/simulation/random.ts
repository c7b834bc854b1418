import { Mulberry32 } from "../../lib/host/mulberry32.ts";

/** A stream of randomness from a seed. */
export class Random extends Mulberry32 {
  /** Streams of one seed and different names have nothing to do with each other. */
  constructor(seed: number, name = "") {
    let state = seed >>> 0;
    for (let i = 0; i < name.length; i++) {
      state = Math.imul(state ^ name.charCodeAt(i), 0x9e3779b1) >>> 0;
    }
    super(state);
    this.next();
    this.next();
  }

  /** Uniform in `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** As often a small as a large power: between `min` and `max`, both included. */
  scale(min: number, max: number): number {
    return Math.round(min * (max / min) ** this.next());
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)]!;
  }

  /** Some of them, at least `atLeast`, in their order. */
  some<T>(values: readonly T[], share: number, atLeast = 1): T[] {
    const chosen = values.filter(() => this.chance(share));
    while (chosen.length < Math.min(atLeast, values.length)) {
      const value = this.pick(values);
      if (!chosen.includes(value)) chosen.push(value);
    }
    return chosen;
  }
}
