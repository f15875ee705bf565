import { randomBytes } from "node:crypto";
import type * as z from "zod";
import { allowanceOf } from "../../cloud/allowance.ts";
import { checkOwnersReached, type Deployment } from "../../cloud/deployment.ts";
import { isOwners } from "../../shared/client/place.ts";
import { weightsSha256 } from "../../shared/digest.ts";
import { isNamed, objectTaken, runMissing } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { initialParameters } from "../../shared/model/parameters.ts";
import { waysTo } from "../../shared/owners/account.ts";
import { ownersWaitUnder } from "../../shared/owners/plans-wait.ts";
import { centralNoiseIn } from "../../shared/privacy/private-steps.ts";
import { executionNumber } from "../../shared/rounds/execution.ts";
import { originsOf } from "../../shared/rounds/origins.ts";
import { resumedRound } from "../../shared/rounds/resumed-round.ts";
import { startName } from "../../shared/secure-aggregation/settings.ts";
import { chainBeforeOwn, startLink, weightsAfter } from "../../shared/workflow/chain.ts";
import { prepareRunInput, type prepareRunOutput } from "../../shared/workflow/payloads.ts";
import { planOf } from "../../shared/workflow/plan.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { runRecord } from "../../shared/workflow/run-record.ts";
import { parseStartInput } from "../../shared/workflow/start-input.ts";
import { noUsage } from "../../shared/workflow/usage.ts";
import { assertSameArithmetic, thisWriter, writerName } from "../../shared/workflow/writer.ts";
import { readFork } from "../../storage/fork-objects.ts";
import { writeGlobal } from "../../storage/model-objects.ts";
import { keepNoiseKey } from "../../storage/noise-key.ts";
import type { Objects } from "../../storage/objects.ts";
import { keepSimulatedKey } from "../../storage/simulated-keys.ts";
import { footprints } from "../footprints.ts";
import type { Step } from "../invocation.ts";
import type { Mirrors } from "./fetch-mnist.ts";
import { prepareRunFootprint } from "./footprint.ts";
import { takeRounds, takeState } from "./fork.ts";
import { keepPlan, startAnew } from "./keep-plan.ts";
import { type LaidOut, layOutRun } from "./lay-out-run.ts";
import { partitionOfRun } from "./partition-of-run.ts";

/**
 * Divides the data set into the clients' shards, once per partition, and starts the global model: of a run that the
 * command line has laid out, or that it lays out for an execution which somebody started without.
 * @param mirrors of MNIST, for an execution that asks for it
 */
export function prepareRun(
  objects: Objects,
  deployment: Deployment,
  mirrors: Mirrors,
): Step<z.output<typeof prepareRunInput>, z.output<typeof prepareRunOutput>> {
  return {
    name: prepareRunFootprint.name,
    input: prepareRunInput,
    async work({ input, execution }, invocation) {
      const startedAt = Date.now();
      const asked = parseStartInput(input);
      const { remainingMs } = invocation;
      const {
        record,
        seal: claim,
        content,
      } = "run" in asked
        ? await laidOut(objects, asked.run)
        : await layOutRun({ objects, deployment, mirrors, remainingMs }, asked, execution);
      const { run, config, startedBy } = record;
      invocation.note({ run, ...(startedBy && { notes: startedBy.notes }) });
      const { partition, shards, agreed } = await partitionOfRun(objects, record, content);
      if (record.owners && agreed) {
        checkOwnersReached(deployment, waysTo(agreed.members, record.owners.accepted));
      }

      const fork = record.from && (await readFork(objects, record.from));
      const origins = fork ? originsOf(fork.parent, fork.round) : [];
      const unstarted = planOf(record, claim, partition, origins);
      const initial = initialParameters(unstarted.model, config.seed, startName(unstarted));
      const taken = fork ? await takeState(objects, unstarted, fork) : null;
      const { plan, seal, partitionText } = await keepPlan(
        objects,
        { ...unstarted, start: { weightsSha256: await weightsSha256(initial), taken } },
        partition,
      );
      const start = await asPlanned(run, async () => {
        if (fork) await takeRounds(objects, plan, seal, fork);
        // which it may not read: the plan has its seal
        await objects.put(keys.partition(run), partitionText, "application/json", "unread");
        // before anybody draws from it
        if (drawsHere(plan)) await keepSimulatedKey(objects, run, randomBytes(32));
        if (centralNoiseIn(plan.config)) await keepNoiseKey(objects, run, randomBytes(32));
        // last, so that a run with a start can go on from it, whenever this was cut off
        return writeGlobal(objects, plan, 0, initial, startLink(plan, seal));
      });
      const owners = ownersWaitUnder(plan, agreed);
      const number = executionNumber(run, execution.name);
      invocation.note({ shards, clients: plan.clients.length });
      return {
        run,
        plan: seal,
        writer: writerName(thisWriter),
        startedAt,
        federation: {
          ...resumedRound(plan, allowanceOf(plan, deployment, footprints), fork?.rounds ?? [], number),
          ...(owners && { owners }),
          chainSha256: chainBeforeOwn(plan, seal),
          weightsSha256: weightsAfter(plan, fork?.rounds ?? []),
          startedAt: Date.now(),
          usage: noUsage,
        },
        baseline: {
          epoch: 0,
          done: !config.baseline.enabled,
          chainSha256: start.chainSha256,
          usage: noUsage,
        },
        usage: invocation.usage(),
      };
    },
  };
}

/**
 * Makes what the plan begins with.
 * @throws ObjectTaken where something stands that was made by another plan: up to format 4 the plan was written last
 */
async function asPlanned<T>(run: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!isNamed(error, "ObjectTaken")) throw error;
    const [key] = error.message.split(": ");
    throw objectTaken(`${key}: stands already, and is not of ${keys.plan(run)}; ${startAnew(run)}`, {
      cause: error,
    });
  }
}

/** Whether simulated clients have secrets to draw. */
function drawsHere({ privacy, clients }: Pick<Plan, "privacy" | "clients">): boolean {
  return privacy !== undefined && clients.some(({ place }) => !place || !isOwners(place));
}

/** @throws RunMissing, ArithmeticDiffers */
async function laidOut(objects: Objects, run: string): Promise<LaidOut> {
  const found = await objects.findSealed(keys.config(run), runRecord);
  if (found) {
    assertSameArithmetic(run, found.writer);
    return found;
  }
  throw runMissing(
    `run: there is no run "${run}", and an execution goes on with one that is there; a new run is called as its execution is`,
  );
}
