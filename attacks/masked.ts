import { openSums } from "../functions/open-sums/open-sums.ts";
import { learningRateAt } from "../shared/model/learning-rate.ts";
import { layoutOf } from "../shared/model/spec.ts";
import { lengthOf } from "../shared/model/vector-shape.ts";
import { noisedSumsOf } from "../shared/privacy/noised-sum.ts";
import { sharedNoiseIn } from "../shared/privacy/private-steps.ts";
import { openBox } from "../shared/secure-aggregation/boxes.ts";
import { coordinatorsKeys } from "../shared/secure-aggregation/helper-keys.ts";
import type { RoundContext } from "../shared/secure-aggregation/round-context.ts";
import { addStream, helperNumbers, seedBytes, unmask } from "../shared/secure-aggregation/seeds.ts";
import { UpdateIntegers } from "../shared/secure-aggregation/update-integers.ts";
import { type Words, zeros } from "../shared/secure-aggregation/words.ts";
import type { ClientReport, FederationState, HelperReport } from "../shared/workflow/payloads.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { readBoxes, readMasked } from "../storage/masked-objects.ts";
import type { Objects } from "../storage/objects.ts";
import { nobodyCounts } from "./invocation.ts";

/** A round whose clients have sent what they send, for whoever may read it. */
export interface MaskedRound {
  readonly objects: Objects;
  readonly plan: Plan;
  readonly context: RoundContext;
  readonly federation: FederationState;
  readonly reports: readonly ClientReport[];
}

/** The three helpers' part, as the functions do it. */
export async function openedBy(
  { objects, federation, reports, plan, context }: MaskedRound,
  writer: string,
): Promise<HelperReport[]> {
  const helping = openSums(objects);
  const underWay = { run: plan.run, plan: context.plan, writer };
  const all: HelperReport[] = [];
  for (const helper of helperNumbers) {
    const asked = { ...underWay, helper, federation, reports: [...reports] };
    all.push(await helping.work(asked, nobodyCounts));
  }
  return all;
}

/** A change of the model as a masked update has it, up to a factor that all have. */
export interface SeenMasked {
  /** What it is to whoever reads the bucket: integers behind masks, taken for what they would be without. */
  readonly masked: Float32Array;
  /** To two helpers who open it between them, or to all other members of the sum, who take their own parts off. */
  readonly opened: Float32Array;
}

/** What a client's masked update tells whom. */
export async function seenOf(round: MaskedRound, client: number): Promise<SeenMasked> {
  const { objects, plan, context } = round;
  const part = { client, task: "train" } as const;
  const { words, sha256 } = await readMasked(objects, plan, context, part);
  const masked = changeIn(plan, words, context.round);
  const boxes = await readBoxes(objects, plan, context, { ...part, updateSha256: sha256 });
  const helpers = await coordinatorsKeys(plan.config.seed);
  const seeds = new Map();
  for (const helper of [1, 2] as const) {
    for (const [number, one] of await openBox(boxes, helper, helpers[helper])) {
      seeds.set(number, one);
    }
  }
  const streams = helperNumbers.map((number) => {
    const stream = zeros(words.length / 2);
    addStream(stream, seeds.get(number) ?? new Uint8Array(seedBytes), words.length);
    return [number, stream] as const;
  });
  const own = Uint32Array.from(words);
  unmask(own, Object.fromEntries(streams) as Parameters<typeof unmask>[1]);
  return { masked, opened: changeIn(plan, own, context.round) };
}

function changeIn(plan: Plan, words: Words, round: number): Float32Array {
  const integers = new UpdateIntegers(plan);
  if (!sharedNoiseIn(plan.config)) return Float32Array.from(integers.read(words).change);
  const { unit } = noisedSumsOf(plan, lengthOf(layoutOf(plan.model)));
  // against the gradient, as a step goes
  const step = -learningRateAt(plan.config.training, round) * unit;
  return Float32Array.from(integers.readNoised(words).units, (units) => step * units);
}
