export { propagateRows, rectifyColumns, rectifyRows } from "./activation";
export { countPredictions, crossEntropy } from "./cross_entropy";
export { generalStepPacked, multiplyPacked, packBytes, packFloats, plainStepPacked } from "./dense";
export { generalStepRows, multiplyRows, plainStepRows } from "./rows";
export { expandBytes, expandFloats, transposeRows } from "./transpose";

/** The first address that the module itself does not use. */
export function firstFree(): usize {
  return __heap_base;
}
