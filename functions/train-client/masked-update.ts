import { updateInvalid } from "../../shared/errors.ts";
import { sealBoxes } from "../../shared/secure-aggregation/boxes.ts";
import { sealingKeys } from "../../shared/secure-aggregation/helper-keys.ts";
import { contextSha256, type RoundContext } from "../../shared/secure-aggregation/round-context.ts";
import { mask, maskSecrets } from "../../shared/secure-aggregation/seeds.ts";
import {
  type NoisedPart,
  type SummedPart,
  type TrainedPart,
  UpdateIntegers,
} from "../../shared/secure-aggregation/update-integers.ts";
import type { ParticipantTask } from "../../shared/workflow/fields.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { encodeMasked, wordsSha256, writeBoxes, writeMasked } from "../../storage/masked-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import type { ClientSecret } from "./client-data.ts";
import type { NoisedUpdate } from "./noised-update.ts";
import type { TrainedUpdate } from "./trained-update.ts";

/** A client's part in a round, before it is masked. */
export interface PartToMask extends Pick<SummedPart, "evaluation"> {
  readonly client: number;
  readonly context: RoundContext;
  readonly secret: ClientSecret;
  /** undefined where it only evaluates. */
  readonly trained: TrainedUpdate | NoisedUpdate | undefined;
}

/** @throws RangeError where the loss is withheld of an update, which no configuration has beside masks */
function summedTraining(trained: TrainedUpdate | NoisedUpdate): TrainedPart | NoisedPart {
  if ("units" in trained) return trained;
  const { lossSum, ...rest } = trained;
  if (lossSum === null) throw new RangeError("a loss that is withheld cannot be summed");
  return { ...rest, lossSum };
}

/** What is told of a client's training: none where it only evaluates. */
function countsOf(trained: PartToMask["trained"]): { readonly examples: number; readonly steps: number } {
  if (!trained) return { examples: 0, steps: 0 };
  return "units" in trained ? trained : trained.update;
}

/**
 * Writes what a client sends behind its masks, and at the same time the boxes with the seeds that these are made of: it reports once
 * both stand. A repetition writes the same bytes.
 * @returns SHA-256 of the masked update
 * @throws UpdateInvalid where a value of it cannot be summed: nothing of it is sent
 */
export async function writeMaskedUpdate(objects: Objects, plan: Plan, part: PartToMask): Promise<string> {
  const { client, context, secret, evaluation, trained } = part;
  const { run, round, attempt } = context;
  const integers = new UpdateIntegers(plan);
  const summed = { evaluation, ...(trained && { trained: summedTraining(trained) }) };
  const problem = integers.problem(summed);
  if (problem !== undefined) throw updateInvalid(`client ${client}: ${problem}`);
  const task: ParticipantTask = trained ? "train" : "evaluate";
  const roundSha256 = contextSha256(context);
  const { key, examplesSha256 } = secret;
  const secrets = maskSecrets(key, { roundSha256, client, task, examplesSha256 });
  const words = integers.encode(summed);
  mask(words, secrets.seeds);
  const { examples, steps } = countsOf(trained);
  const header = {
    ...{ run, round, client, task, examples, steps, seen: trained?.seen ?? 0 },
    contextSha256: roundSha256,
    ...(trained &&
      "keptSha256" in trained &&
      trained.keptSha256 !== undefined && { keptSha256: trained.keptSha256 }),
    ...(plan.helpers && { wordsSha256: await wordsSha256(words) }),
  } as const;
  const update = await encodeMasked(header, words);
  // an owner signs the object, which has another digest then; its header, which says that of the integers, has the same
  const updateSha256 = plan.helpers ? update.headerSha256 : update.sha256;
  const boxes = sealBoxes(context, { client, task, updateSha256 }, secrets, await sealingKeys(plan));
  await Promise.all([
    writeMasked(objects, plan, header, attempt, update),
    boxes.then((sealed) => writeBoxes(objects, plan, sealed)),
  ]);
  return update.sha256;
}
