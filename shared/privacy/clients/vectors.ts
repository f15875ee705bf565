import { likeModel, type VectorShape, type VectorShapes } from "../../model/vector-shape.ts";

/** What a round that hides its clients leaves in the strategy's state: all that was told of its sums, and the next round's clip. */
export const vectorNames = { mean: "noised-mean", unclipped: "unclipped-share", clip: "clip" } as const;

const oneNumber: VectorShape = () => [{ name: "value", shape: [1] }];

/** What a client sends beside its model where the clip follows the norms: 1 where its change was short enough, else 0. */
export const sentShort = "short-enough";
export const sentVectors: VectorShapes = { [sentShort]: oneNumber };

/** @param clip of the first round; null where it stays as it is, and is no part of the state */
export function stateOfHidden(clip: number | null) {
  return {
    [vectorNames.mean]: { shape: likeModel, initial: 0 },
    ...(clip !== null && {
      [vectorNames.unclipped]: { shape: oneNumber, initial: 0 },
      [vectorNames.clip]: { shape: oneNumber, initial: clip },
    }),
  };
}
