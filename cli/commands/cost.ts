import type { Command } from "commander";
import type { DataSize } from "../../cloud/cost/data-size.ts";
import { estimateRun } from "../../cloud/cost/estimate.ts";
import { ownersBill, ownersLimits } from "../../cloud/cost/owner.ts";
import { checkDeployed } from "../../cloud/deployment.ts";
import { stepsIn } from "../../cloud/footprint.ts";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { prices } from "../../cloud/prices.ts";
import { sizingOf } from "../../cloud/sizing.ts";
import { deployedFunctions, footprints } from "../../functions/footprints.ts";
import { costTable, type Place, spendingTable } from "../../report/cost-table.ts";
import { ownersBillTable } from "../../report/owners-bill.ts";
import { privacyLine } from "../../report/privacy-plan-text.ts";
import { configInvalid } from "../../shared/errors.ts";
import { privacyPlanOf } from "../../shared/privacy/privacy-plan.ts";
import { anyGuaranteeIn } from "../../shared/privacy/private-steps.ts";
import { dataSizeOf, dataSizeOptions, type SizeOptions } from "../data-size.ts";
import { type ConfigOptions, configFrom, options } from "../options.ts";
import { estimateOfOwners } from "../run/owners-cost.ts";
import { spendingOf } from "../run/spending.ts";
import type { Session } from "../session.ts";
import { regionOf, type StackOutputs } from "../targets/aws.ts";
import { offeredDeployment, stackOutputsOf, storageOf, type TargetOptions } from "../targets/open.ts";

interface CostOptions extends ConfigOptions, SizeOptions, TargetOptions {
  readonly federation?: string;
  readonly owner?: boolean;
  readonly kmsKey?: boolean;
  readonly json?: boolean;
}

export function costCommand(command: Command, session: Session): Command {
  command.addOption(options.preset()).addOption(options.config()).addOption(options.set());
  for (const option of dataSizeOptions()) command.addOption(option);
  return command
    .option(
      "--federation <name>",
      "a run of the owners who have signed its newest agreement; of all members where too few have",
    )
    .option("--owner", "what an owner in an account of its own pays, idle and for the configuration's rounds")
    .option("--kms-key", "with --owner: its stack is deployed with kmsKey=true")
    .addOption(options.home())
    .addOption(options.target())
    .addOption(options.stack())
    .addOption(options.json())
    .addHelpText(
      "after",
      `
With --features the data set is reckoned as a table of floats, without it as images like MNIST's. With --target aws the
stack's processor, memory and time count, without it those of a stack that is deployed without settings.
With --federation the clients are its owners, who train where they are: jobs and door are reckoned, and beside the run what
an owner's process costs that waits or is at work. Of the configuration --set takes federation.rounds and federation.budget.
A run that has finished has its bill recorded; of one that has not, it is told what it would have cost if it ended now.

Examples:
  fedstep cost --preset paper
  fedstep cost --preset tuned --set federation.rounds=500 --set federation.fraction=0.5
  fedstep cost --config my.json --examples 150000 --features 40 --classes 2 --json
  fedstep cost --preset paper --target aws --stack hospital-2
  fedstep cost --federation clinics --set federation.rounds=50
  fedstep cost --owner --examples 5000 --features 20 --classes 2 --set federation.rounds=100
  fedstep cost first
  fedstep cost first --target aws --json`,
    )
    .action((run: string | undefined, given: CostOptions) =>
      run === undefined ? estimated(session, given) : spent(session, run, given),
    );
}

async function estimated(session: Session, given: CostOptions): Promise<void> {
  if (given.kmsKey && !given.owner)
    throw configInvalid("--kms-key: an owner's stack has one; give --owner too");
  if (given.owner) return estimatedOfOwner(session, given);
  if (given.federation !== undefined) return estimatedOfOwners(session, given.federation, given);
  const config = await configFrom(given, given.classes === undefined ? {} : { classes: given.classes });
  checkConfig(config);
  const outputs = await stackOutputsOf(given);
  const deployment = offeredDeployment(outputs);
  checkDeployed(config, deployment);
  const size = dataSizeOf(given);
  const place = placeOf(outputs);
  const sizing = sizingOf(config, size);
  const estimate = estimateRun(sizing, deployment, footprints);
  const { mean, parameters } = sizing;
  const privacy = anyGuaranteeIn(config) && privacyPlanOf(config, { train: mean.train, parameters });
  if (given.json) {
    const told = { prices, ...place, deployment, size, ...estimate, ...(privacy && { privacy }) };
    return session.print(JSON.stringify(told, null, 2));
  }
  const table = costTable(config, estimate, deployment, deployedFunctions(deployment), place);
  session.print(privacy ? `${table}\n${privacyLine(privacy)}` : table);
}

async function estimatedOfOwners(session: Session, federation: string, given: CostOptions): Promise<void> {
  const foreign = (["preset", "config", "examples", "features", "classes"] as const).find(
    (one) => given[one],
  );
  if (foreign) {
    throw configInvalid(
      `--${foreign}: a federation's agreement says it, and its owners keep the data; leave it out`,
    );
  }
  const outputs = await stackOutputsOf(given);
  const deployment = { ...offeredDeployment(outputs), ...(!outputs && { door: true, accounts: true }) };
  const storage = await storageOf(given, outputs);
  try {
    const { config, size, estimate, owners } = await estimateOfOwners(
      storage.objects,
      federation,
      given.set,
      deployment,
    );
    const place = placeOf(outputs);
    session.print(
      given.json
        ? JSON.stringify({ prices, ...place, deployment, size, ...estimate, owners }, null, 2)
        : costTable(config, estimate, deployment, deployedFunctions(deployment), place, owners),
    );
  } finally {
    await storage.close();
  }
}

/** Of one owner, whose data the examples are. */
async function estimatedOfOwner(session: Session, given: CostOptions): Promise<void> {
  const foreign = (["federation", "target"] as const).find((one) => given[one] && given[one] !== "local");
  if (foreign) {
    throw configInvalid(`--${foreign}: with --owner the figures are of an owner's stack; leave it out`);
  }
  const config = await configFrom({ ...given, set: [...given.set, "partition.clients=1"] });
  const size: DataSize = { ...dataSizeOf(given), owners: true };
  const { memoryMb } = ownersLimits;
  const place = { architecture: "arm64", memoryMb, kmsKey: given.kmsKey ?? false } as const;
  const { rounds } = config.federation;
  const [trainClient] = stepsIn(footprints, "participant");
  const bill = ownersBill(sizingOf(config, size), rounds, trainClient, place);
  session.print(
    given.json ? JSON.stringify({ prices, ...place, size, ...bill }, null, 2) : ownersBillTable(bill),
  );
}

async function spent(session: Session, run: string, given: CostOptions): Promise<void> {
  const foreign = (["preset", "config", "examples", "features", "classes", "federation"] as const).find(
    (one) => given[one],
  );
  if (foreign || given.set.length > 0) {
    throw configInvalid(
      `--${foreign ?? "set"}: run ${run} has configuration and data of its own; leave it out, or the run's name`,
    );
  }
  const outputs = await stackOutputsOf(given);
  const place = placeOf(outputs);
  const storage = await storageOf(given, outputs);
  try {
    const spending = await spendingOf(storage, run, () => offeredDeployment(outputs));
    session.print(
      given.json
        ? JSON.stringify({ prices, ...place, ...spending }, null, 2)
        : spendingTable(spending, place),
    );
  } finally {
    await storage.close();
  }
}

function placeOf(outputs: StackOutputs | undefined): Place | undefined {
  return outputs && { stack: outputs.stackName, region: regionOf(outputs) };
}
