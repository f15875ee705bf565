export { denseColumns, denseRows, propagateRows, rectifyColumns, rectifyRows } from "./activation";
export { countPredictions, crossEntropy } from "./cross-entropy";
export { addRoundedPacked, generalStepPacked, multiplyPacked, packBytes, packFloats, plainStepPacked } from "./dense";
export { addSquaredNorms, scaleRows, squaredActivations, squaredValues } from "./norms";
export { addRoundedRows, generalStepRows, multiplyRows, plainStepRows } from "./rows";
export { descend } from "./step";
export { expandBytes, expandFloats } from "./examples";
export { addRoundedPairs, generalStepPairs, plainStepPairs } from "./pairs-step";
export { multiplyPairs, transposePairs } from "./pairs";
export { tanhRows, tanhSlopeRows } from "./tanh";

/** The first address that the module itself does not use. */
export function firstFree(): usize {
  return __heap_base;
}
