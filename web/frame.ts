import type { AppState } from "../app_state.ts";
import type { Frame } from "../components/page/frame.ts";

export function frameOf({ config, inspector }: AppState): Frame {
  return {
    role: inspector.inspected.role,
    version: config.version,
    gateway: config.gateway,
    maySeePayloads: true,
    mayOperate: true,
  };
}
