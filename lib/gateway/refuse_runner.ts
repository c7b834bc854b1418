import type { Host } from "../host/host.ts";
import type { Close } from "../protocol/mod.ts";
import type { Link } from "../transport/link.ts";

/** How long the first frame of a refused runner is waited for. */
const FIRST_FRAME_MS = 100;

/**
 * Closes the link of a runner that may not join, with the reason why.
 *
 * A runner speaks first, and a close that crosses its first frame is lost: Deno ends the connection
 * with that frame unread, and one runner in ten saw 1006. So the frame is read before.
 */
export function refuseRunner(host: Host, link: Link, { code, reason }: Close): void {
  const close = (): void => link.close(code, reason);
  const timer = host.after(FIRST_FRAME_MS, close);
  link.start({
    onFrame: () => {
      timer.cancel();
      close();
    },
    onClose: () => timer.cancel(),
  });
}
