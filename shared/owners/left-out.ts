/**
 * Why an owner that helps has left a client out of the sums that it opens: in the header of these stands the name alone, and nothing
 * else of what an owner says gets into a record.
 */
export const leftOut = {
  ObjectMissing: "its boxes are not there",
  ObjectInvalid: "its boxes are damaged, or of another round, plan or model",
  SignatureInvalid: "its owner has not signed its boxes, or others than these",
  BoxInvalid: "its boxes are not sealed for the helpers, or not for this round, plan, model and update",
  CohortChanged: "this model was opened before, and for a set of owners without it",
} as const;

export type LeftOutName = keyof typeof leftOut;

/** The words for such a name, whatever else stands there. */
export function leftBecause(name: string): string {
  return Object.hasOwn(leftOut, name) ? leftOut[name as LeftOutName] : "a helper has not said why";
}
