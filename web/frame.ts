import type { AppState } from "../app_state.ts";
import { type AccessRole, allows } from "../lib/access/mod.ts";
import type { Frame } from "../components/page/frame.ts";

/** What the page knows that is made for who asks. */
export function frameOf({ config, inspector, visitor }: AppState): Frame {
  const may = (needed: AccessRole) => visitor !== undefined && allows(visitor.role, needed);
  return {
    role: inspector.inspected.role,
    version: config.version,
    gateway: config.gateway,
    maySeePayloads: may("payload"),
    hasFaults: inspector.inspected.faults !== null,
    mayOperate: may("operate") && !config.readOnly,
  };
}
