/** How many bytes of bodies wait in buffers, and how many it ever were. */
export class Occupancy {
  #heldBytes = 0;
  #peakBytes = 0;

  get heldBytes(): number {
    return this.#heldBytes;
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** So many more, or with a negative number fewer. */
  add(bytes: number): void {
    this.#heldBytes += bytes;
    if (this.#heldBytes > this.#peakBytes) this.#peakBytes = this.#heldBytes;
  }
}
