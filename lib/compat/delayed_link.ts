import type { Host } from "../host/host.ts";
import type { Connect, Link } from "../transport/link.ts";

/** Links on which everything takes `delayMs`, in both directions and in order. */
export function delayed(connect: Connect, delayMs: number, host: Host): Connect {
  return async () => delayedLink(await connect(), delayMs, host);
}

function delayedLink(link: Link, delayMs: number, host: Host): Link {
  return {
    protocol: link.protocol,
    get bufferedBytes() {
      return link.bufferedBytes;
    },
    start: ({ onFrame, onClose }) =>
      link.start({
        onFrame: (frame) => void host.after(delayMs, () => onFrame(frame)),
        onClose: (end) => void host.after(delayMs, () => onClose(end)),
      }),
    send: (frame) => void host.after(delayMs, () => link.send(frame)),
    close: (code, reason) => void host.after(delayMs, () => link.close(code, reason)),
  };
}
