/** A stream of randomness from a seed: Mulberry32, the same on every machine. */
export class Random {
  #state: number;

  /** Streams of one seed and different names have nothing to do with each other. */
  constructor(seed: number, name = "") {
    let state = seed >>> 0;
    for (let i = 0; i < name.length; i++) {
      state = Math.imul(state ^ name.charCodeAt(i), 0x9e3779b1) >>> 0;
    }
    this.#state = state;
    // Neighbouring seeds begin alike.
    this.next();
    this.next();
  }

  /** Uniform in 0 to 2^32 − 1. */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return (x ^ (x >>> 14)) >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.word() / 4_294_967_296;
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
