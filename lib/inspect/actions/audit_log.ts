import { BoundedLog } from "../bounded_log.ts";
import type { AuditEntry } from "./audit.ts";

/** Everything that was done by hand, the newest of it: and each is told as it comes. */
export class AuditLog extends BoundedLog<AuditEntry> {
  readonly #told: (entry: AuditEntry, error: unknown) => void;

  constructor(capacity: number, told: (entry: AuditEntry, error: unknown) => void) {
    super(capacity);
    this.#told = told;
  }

  /** `error`: the first that kept something from being done. */
  add(entry: AuditEntry, error?: unknown): void {
    this.push(entry);
    this.#told(entry, error);
  }
}
