/** Mulberry32: small, fast, the same on every machine, and good enough to vary schedules. */
export class Mulberry32 {
  #state: number;

  /** @param seed Of 32 bits. Neighbouring seeds begin alike. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
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
}
