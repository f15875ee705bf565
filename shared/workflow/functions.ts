/** The functions of a federation and the names of the states that invoke them: one list for stack and tests. */
export const functionNames = [
  "PrepareRun",
  "TrainClient",
  "AggregateRound",
  "TrainBaseline",
  "FinishRun",
] as const;

export type FunctionName = (typeof functionNames)[number];

/** The functions of a stack: TrainBaseline only where the baseline is deployed. */
export function deployedFunctions({ baseline }: { readonly baseline: boolean }): readonly FunctionName[] {
  return functionNames.filter((name) => baseline || name !== "TrainBaseline");
}

/** Environment variable with the name of the bucket that holds every object. */
export const bucketVariable = "FEDSTEP_BUCKET";

/** folder below functions/ of each function: PrepareRun -> prepare-run */
export function functionFolder(name: FunctionName): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}
