/** What the store tells whoever watches. Every call is cheap and none may throw. */
export interface StoreObserver {
  /** One transaction became durable: what it held, and how long it took. */
  committed?(operations: number, bytes: number, ms: number): void;
  /** One transaction failed, and everything in it. */
  commitFailed?(operations: number, error: unknown): void;
  /** A limit was reached: its name as the option is called, and its value. */
  limitReached?(limit: string, value: number): void;
}
