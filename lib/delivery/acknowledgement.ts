import type { Acknowledged, ActorCheckpoint, Numbering } from "../protocol/mod.ts";

/**
 * What has been taken in, in the words of a version.
 *
 * @param checkpoints The last of each actor and generation.
 * @param upTo The greatest index of all.
 */
export function acknowledgement(
  numbering: Numbering,
  checkpoints: readonly ActorCheckpoint[],
  upTo: bigint,
): Acknowledged {
  switch (numbering) {
    case "running":
      return { upTo };
    case "actor":
      return { checkpoints: checkpoints.map((checkpoint) => ({ ...checkpoint, generation: 0 })) };
    case "generation":
      return { checkpoints };
  }
}
