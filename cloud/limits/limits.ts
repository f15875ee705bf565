import { lambdaMemoryTooSmall, lambdaTimeTooShort, objectTooLarge } from "../../shared/errors.ts";
import { mostRecordBytes, resultBytes } from "../../shared/workflow/record-size.ts";
import { checkBudget } from "../cost/budget.ts";
import { checkDeployed, type Deployment, limitsOf } from "../deployment.ts";
import type { Deadline, Footprint } from "../footprint.ts";
import type { Sizing } from "../sizing.ts";
import { shardBytes } from "./memory.ts";
import { memoryRemedy, timeRemedy } from "./remedy.ts";

/**
 * Whether a configuration fits what AWS allows and a stack offers, with its data: checked before any of it is written.
 * Bytes are counted, times and memory estimated.
 * @param footprints of the steps, each of which has to fit its function
 * @throws BaselineUnavailable, ObjectTooLarge, LambdaMemoryTooSmall, LambdaTimeTooShort, BudgetTooSmall, each naming the
 * change that would make it fit
 */
export function checkLimits(sizing: Sizing, deployment: Deployment, footprints: readonly Footprint[]): void {
  const { config } = sizing;
  checkDeployed(config, deployment);
  checkObjects(sizing);
  checkRecords(sizing);
  const left = [
    ...(config.baseline.enabled ? [] : ["baseline"]),
    ...(sizing.integers > 0 ? [] : ["opening"]),
  ];
  const invoked = footprints.filter(({ part }) => !left.includes(part));
  for (const step of invoked) checkMemory(step, sizing, deployment);
  for (const step of invoked) {
    for (const deadline of step.deadlines(sizing)) checkTime(step, deadline, sizing, deployment);
  }
  checkBudget(sizing, { deployment, footprints });
}

/** What one PUT takes. */
const maxObjectBytes = 5 * 2 ** 30;

function checkObjects(sizing: Sizing): void {
  const { parameters, smallerModel, vectors, examples } = sizing;
  const shard = shardBytes(sizing, examples.largest);
  refuse(shard, "a shard", "partition.clients", "raise partition.clients, or lower dataset.limit");
  const most = Math.max(vectors.sends, vectors.keeps, vectors.state);
  const update = Math.max(4 * parameters, 4 * most, 2 * 8 * sizing.integers);
  refuse(update, "an update", smallerModel.field, smallerModel.change);

  function refuse(bytes: number, what: string, field: string, change: string): void {
    if (bytes <= maxObjectBytes) return;
    throw objectTooLarge(
      `${field}: ${what} has ${bytes} bytes, and S3 takes at most ${maxObjectBytes} at once; ${change}`,
    );
  }
}

/** Whether plan, partition and result can be read again. */
function checkRecords({ config: { partition }, data, figureBytes }: Sizing): void {
  const bytes = resultBytes(partition.clients, data, figureBytes);
  if (bytes <= mostRecordBytes) return;
  throw objectTooLarge(
    `partition.clients: the counts of ${partition.clients} clients' examples by ${data.classes} classes may take ${bytes} ` +
      `bytes in a record, and at most ${mostRecordBytes} are read; lower partition.clients, or bring data of fewer classes`,
  );
}

function checkMemory({ name, memory, smaller }: Footprint, sizing: Sizing, deployment: Deployment): void {
  const megabytes = ({ memoryMb }: { memoryMb: number }) => Math.ceil(memory(sizing, memoryMb) / 2 ** 20);
  const does = (deployed: Deployment) =>
    megabytes(limitsOf(deployed, name)) <= limitsOf(deployed, name).memoryMb;
  if (does(deployment)) return;
  const given = limitsOf(deployment, name);
  const { field, change } = smaller(sizing);
  throw lambdaMemoryTooSmall(
    `${field}: ${name} would take about ${megabytes(given)} MB, and has ${given.memoryMb}; ` +
      `${change}${orDeploy(memoryRemedy(deployment, name, does))}`,
  );
}

/** A client has to end with the most that any has; whoever works for all of them has what they have together. */
function checkTime(
  { name, part, ms }: Footprint,
  deadline: Deadline,
  sizing: Sizing,
  deployment: Deployment,
): void {
  const { what, field, change, units, reserveMs = 0 } = deadline;
  const amounts = part === "participant" ? sizing.most : sizing.mean;
  const takes = (deployed: Deployment) => {
    const each = ms(sizing, amounts, limitsOf(deployed, name).memoryMb);
    return units.reduce((sum, unit) => sum + (each[unit] ?? 0), 0) + reserveMs;
  };
  const does = (deployed: Deployment) => takes(deployed) <= limitsOf(deployed, name).timeoutMinutes * 60_000;
  if (does(deployment)) return;
  throw lambdaTimeTooShort(
    `${field}: ${name} would take about ${Math.ceil(takes(deployment) / 60_000)} minutes for ${what}, and has ` +
      `${limitsOf(deployment, name).timeoutMinutes}; ${change}${orDeploy(timeRemedy(deployment, name, does))}`,
  );
}

/** @param option to deploy with, where there is one that would do */
export const orDeploy = (option: string | undefined): string => (option ? `; or deploy with ${option}` : "");
