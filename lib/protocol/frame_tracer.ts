import type { RunnerId } from "./ids.ts";
import type { ToClient, ToServer } from "./message.ts";

/** What went over a tunnel: a frame, or a message that was handed over in its place. */
export type TracedFrame =
  & {
    /** `null` while the runner has no id. */
    readonly runnerId: RunnerId | null;
    /** Of the frame; `null` where both ends are in this process and none was needed. */
    readonly bytes: number | null;
  }
  & (
    | { readonly direction: "toGateway"; readonly message: ToServer }
    | { readonly direction: "toRunner"; readonly message: ToClient }
    /** It says nothing: its error's code in place of a message. */
    | { readonly direction: "toGateway" | "toRunner"; readonly unreadable: string }
  );

/**
 * Told of every frame of a tunnel by one of its ends, both ways and as it decodes, while somebody
 * traces it. The bytes in it are lent: whoever keeps them copies them. It must not throw.
 */
export type FrameTracer = (frame: TracedFrame) => void;
