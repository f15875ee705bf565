import { mnistSize } from "../../cloud/cost/data-size.ts";
import { type Deployment, limitsOf } from "../../cloud/deployment.ts";
import { orDeploy } from "../../cloud/limits/limits.ts";
import { memoryRemedy } from "../../cloud/limits/remedy.ts";
import { lambdaMemoryTooSmall } from "../../shared/errors.ts";
import { fetchingBytes, prepareRunFootprint } from "./footprint.ts";

/** Whether PrepareRun can fetch MNIST, asked before it does. @throws LambdaMemoryTooSmall */
export function checkFetching(deployment: Deployment): void {
  const { name } = prepareRunFootprint;
  const megabytes = Math.ceil(fetchingBytes(mnistSize) / 2 ** 20);
  const does = (deployed: Deployment) => megabytes <= limitsOf(deployed, name).memoryMb;
  if (does(deployment)) return;
  throw lambdaMemoryTooSmall(
    `dataset: ${name} would take about ${megabytes} MB to fetch MNIST, and has ` +
      `${limitsOf(deployment, name).memoryMb}; take the sample${orDeploy(memoryRemedy(deployment, name, does))}`,
  );
}
