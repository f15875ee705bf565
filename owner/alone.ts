import * as z from "zod";
import type { Agreement } from "../shared/owners/agreement.ts";
import { briefSchema, sumsSchema } from "../shared/task/records.ts";
import {
  type Brief,
  briefOf,
  type EvaluationSums,
  figuresOf,
  scoreIn,
  taskOf,
} from "../shared/task/tasks.ts";
import { visible } from "../shared/visible.ts";
import { count, sha256 } from "../shared/workflow/fields.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import type { OwnerHome } from "./home.ts";
import { homeFiles, readHomeFile, writeHomeFile } from "./home-files.ts";
import { reasonOf } from "./reason.ts";
import { type Bundle, type Limits, limitsOf, type TrainingWork, trainAlone } from "./train.ts";
import { whileChanging } from "./while-changing.ts";

const trained = z.strictObject({
  /** Of the model, which is not kept. */
  weightsSha256: sha256,
  /** That the owner holds out; both figures are over these. */
  examples: count,
  federated: briefSchema,
  alone: briefSchema,
  /** What may leave of it. */
  sums: sumsSchema,
});

/** alone/RUN.json: how the model does that this owner has trained alone, beside the federation's. Found once for a run. */
const aloneRecord = z.strictObject({
  format: z.literal(1),
  run: z.string(),
  /** Seal of the plan. */
  plan: sha256,
  /** That it was trained for: as many as the run has had. */
  rounds: z.int().positive(),
  dataMac: sha256,
  /** Or why there is none. */
  found: z.union([trained, z.strictObject({ failed: z.string() })]),
});

export type AloneRecord = Readonly<z.output<typeof aloneRecord>>;

/** undefined where the run has had no final pass here. @throws OwnerHomeInvalid */
export function readAlone(
  { storage }: Pick<OwnerHome, "storage">,
  run: string,
): Promise<AloneRecord | undefined> {
  return readHomeFile(storage, aloneFile(run), aloneRecord);
}

const aloneFile = (run: string) => `${homeFiles.alone}/${run}.json`;

/** What a final pass takes to train alone before it. */
export interface StayingAlone {
  readonly agreed: Pick<Agreement, "waitMinutes">;
  readonly config: Plan["config"];
  readonly bundle: Bundle;
  readonly work: TrainingWork;
  readonly at: Date;
  readonly bounds?: (() => Limits) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains alone, for this owner to know what the federation gains it, unless that was done for this run and data before. It may
 * take half of the time that the round waits: a training that fails, or takes longer, leaves the final pass as it is, and why
 * stands in the log.
 * @returns what may be told of it; undefined where there is nothing
 * @throws the signal's reason, and where the home cannot be written
 */
export async function stayAlone(home: OwnerHome, alone: StayingAlone): Promise<EvaluationSums | undefined> {
  const { run, plan, round } = alone.work.input;
  const of = { run, plan, rounds: round - 1, dataMac: alone.work.dataMac };
  const known = await readAlone(home, run);
  const isSame =
    known && Object.entries(of).every(([name, value]) => known[name as keyof typeof of] === value);
  const found = isSame ? known.found : await foundBy(home, alone);
  if (!isSame) {
    const record: AloneRecord = { format: 1, ...of, found };
    await writeHomeFile(home.storage, aloneFile(run), record);
  }
  return "sums" in found ? found.sums : undefined;
}

async function foundBy(
  home: OwnerHome,
  { agreed, config, bundle, work, at, bounds, signal }: StayingAlone,
): Promise<AloneRecord["found"]> {
  const limits = limitsOf(agreed, bounds);
  try {
    const half = { ...limits, timeoutSeconds: limits.timeoutSeconds / 2 };
    const { weightsSha256, alone, federated } = await trainAlone(bundle, work, half, signal);
    const task = taskOf(config);
    const brief = (sums: EvaluationSums) => briefOf(task, figuresOf(task, sums));
    const both = { federated: brief(federated), alone: brief(alone) };
    return { weightsSha256, examples: alone.examples, ...both, sums: alone };
  } catch (error) {
    signal?.throwIfAborted();
    const failed = reasonOf(error);
    const event = { event: "failed alone", run: work.input.run, about: failed } as const;
    await whileChanging(home, () => home.log.append(event, at));
    return { failed };
  }
}

/** The same for people. */
export function aloneText({ rounds, found }: AloneRecord): string {
  if ("failed" in found)
    return `alone: no model was trained for ${counted(rounds)}, ${visible(found.failed)}`;
  const said = (figures: Brief) => {
    const { score, value } = scoreIn(figures);
    return `${score.noun} ${value.toFixed(4)}, loss ${figures.loss.toFixed(4)}`;
  };
  return (
    `alone: on the ${found.examples} examples that you hold out the federation's model has ${said(found.federated)}; ` +
    `yours, trained for ${counted(rounds)} on your rows alone, ${said(found.alone)}`
  );
}

const counted = (rounds: number) => `${rounds} round${rounds === 1 ? "" : "s"}`;
