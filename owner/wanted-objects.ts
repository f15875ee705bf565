import { keys } from "../shared/layout.ts";
import { specOf } from "../shared/model/spec.ts";
import { likeModel } from "../shared/model/vector-shape.ts";
import { vectorsSize } from "../shared/model/vectors-size.ts";
import { type Agreement, simulatedIn } from "../shared/owners/agreement.ts";
import { type AnyJob, boxesFor, isOpening } from "../shared/owners/helpers-job.ts";
import { type LogEntry, ofRun, signedOf } from "../shared/owners/log-entry.ts";
import { strategyOf } from "../shared/privacy/clients/strategy-of.ts";
import { dataOfSchema } from "../shared/schema/data-of-schema.ts";
import { boxesBytes } from "../shared/secure-aggregation/boxes-size.ts";
import { maskedSize, openingSize } from "../shared/secure-aggregation/masked-size.ts";
import { stateSize } from "../shared/strategy/state-size.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { figuresBytes, partitionBytes, resultBytes } from "../shared/workflow/record-size.ts";

/** The last round that a run can have, the final pass: what a round takes of those before it is listed one by one. */
export const mostRoundOf = ({ config }: Pick<Agreement, "config">) => config.federation.rounds + 1;

/** What a job takes, by key, with the most bytes that each may have. */
export interface Wanted {
  readonly needed: ReadonlyMap<string, number>;
  /** Which there may be none of: the strategy's state; for a helper the boxes of those who have reported. */
  readonly optional: ReadonlyMap<string, number>;
}

/** Rounds of a run whose metrics an owner follows the chain by: from the last one before in which its update left. */
export function wantedFor(job: AnyJob, agreed: Agreement, entries: readonly LogEntry[]): Wanted {
  const { run, round } = job;
  const before = round - 1;
  const first = ofRun(run, signedOf(entries)).findLast((one) => one.round < round)?.round ?? 1;
  const sizes = sizesUnder(agreed);
  const rounds = Array.from({ length: Math.max(0, round - first) }, (_, at) => first + at);
  return {
    needed: new Map([
      [keys.plan(run), sizes.plan],
      [keys.partition(run), sizes.partition],
      [keys.global(run, before), sizes.model],
      ...rounds.map((one) => [keys.roundMetrics(run, one), sizes.metrics] as const),
    ]),
    optional: new Map(
      isOpening(job)
        ? boxesFor(job).map((key) => [key, boxesBytes] as const)
        : [[keys.roundState(run, before), sizes.state] as const],
    ),
  };
}

function sizesUnder(agreed: Agreement) {
  const { config, schema, members } = agreed;
  const clients = members.length + simulatedIn(agreed).length;
  const data = dataOfSchema(schema);
  const model = specOf(config, data);
  const metrics = figuresBytes({ config, dataset: data });
  return {
    plan: resultBytes(clients, data, metrics),
    partition: partitionBytes(clients, data),
    model: vectorsSize(model, [likeModel]).bytes,
    state: stateSize(model, strategyOf(config)).bytes,
    metrics,
  };
}

/** The most bytes of what a round's model is recomputed from, by the plan, which follows from the agreement. */
export function sizesOf(plan: Plan) {
  return {
    model: vectorsSize(plan.model, [likeModel]).bytes,
    state: stateSize(plan.model, strategyOf(plan.config)).bytes,
    metrics: figuresBytes(plan),
    update: maskedSize(plan, "train").bytes,
    opening: openingSize(plan, true).bytes,
  };
}
