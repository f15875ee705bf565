import { besideOwners, type DataSize } from "../../cloud/cost/data-size.ts";
import { hourAtWork, idleMonth } from "../../cloud/cost/door.ts";
import { type CostEstimate, estimateRun } from "../../cloud/cost/estimate.ts";
import { checkOwnersReached, type Deployment } from "../../cloud/deployment.ts";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { sizingOf } from "../../cloud/sizing.ts";
import { footprints } from "../../functions/footprints.ts";
import type { OwnersCost } from "../../report/cost-table.ts";
import type { Config } from "../../shared/config/schema.ts";
import { waysTo } from "../../shared/owners/account.ts";
import { simulatedIn } from "../../shared/owners/agreement.ts";
import { idleSeconds, signSeconds, waitSeconds } from "../../shared/owners/waiting-job.ts";
import { dataOfSchema } from "../../shared/schema/data-of-schema.ts";
import type { Objects } from "../../storage/objects.ts";
import { checkFederationName } from "../federation/opened.ts";
import { agreementToRun, configUnder, signersOf } from "./of-federation.ts";

/** Examples that an owner is taken to have: nothing of the price depends on them, since nobody but the owner trains on them. */
const someExamples = 1000;

interface EstimateOfOwners {
  readonly config: Config;
  readonly size: DataSize;
  readonly estimate: CostEstimate;
  readonly owners: OwnersCost;
}

/**
 * What a run of a federation will cost: by its newest agreement and who has signed it, and by nothing that owners have told of
 * their data.
 * @param set assignments of the command line
 * @throws FederationMissing, ConfigInvalid, HistoryTooLong, DoorUnavailable, AccountsUnavailable
 */
export async function estimateOfOwners(
  objects: Objects,
  name: string,
  set: readonly string[],
  deployment: Deployment,
): Promise<EstimateOfOwners> {
  const federation = checkFederationName(name);
  const agreed = await agreementToRun(objects, federation);
  const { version, waitMinutes, members, minimumCohort, schema } = agreed;
  const { signed: signers, members: all } = await signersOf(objects, agreed);
  const signed = signers.size;
  // as long as too few have signed, all who may
  const taking = signed < minimumCohort ? all : all.filter(({ fingerprint }) => signers.has(fingerprint));
  const count = taking.length;
  checkOwnersReached(deployment, waysTo(members, taking));
  const accounts = taking.filter(({ account }) => account).length;
  const config = configUnder(agreed, count, set);
  checkConfig(config, true);
  const { features, classes } = dataOfSchema(schema);
  const simulated = simulatedIn(agreed);
  const beside = besideOwners(simulated);
  const examples = count * someExamples + beside.examples;
  const size: DataSize = {
    examples,
    features,
    classes,
    testExamples: 0,
    valueBytes: 4,
    filled: 1,
    owners: true,
    accounts,
    beside,
  };
  return {
    config,
    size,
    estimate: estimateRun(sizingOf(config, size, { clients: simulated, testSet: 0 }), deployment, footprints),
    owners: {
      ...{ federation, version, members: members.length, signed, count, waitMinutes },
      longestMinutes: waitSeconds(waitMinutes).timeoutSeconds / 60,
      hourAtWork: hourAtWork(deployment, signSeconds(waitMinutes)).total,
      idleMonth: idleMonth(deployment, idleSeconds).total,
    },
  };
}
