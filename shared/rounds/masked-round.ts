import { sumInvalid } from "../errors.ts";
import { normOf } from "../metrics/drift.ts";
import { beyondNoised, changeOf } from "../privacy/noised-sum.ts";
import { addsNoiseTogether } from "../privacy/private-steps.ts";
import type { AgreedStreams } from "../secure-aggregation/compare-openings.ts";
import { unmask } from "../secure-aggregation/seeds.ts";
import { UpdateIntegers, weightOf } from "../secure-aggregation/update-integers.ts";
import { addWords, type Words, zeros } from "../secure-aggregation/words.ts";
import { NumberSums } from "../strategy/number-sums.ts";
import { finishSums } from "../strategy/open-reduction.ts";
import { openStrategy } from "../strategy/strategies.ts";
import type { ServerStart, Strategy, Sums } from "../strategy/strategy.ts";
import { mostLoss } from "../task/most-loss.ts";
import { type EvaluationSums, taskOf } from "../task/tasks.ts";
import { evaluatedTogether } from "../update/claims.ts";
import { normBoundOf } from "../update/norm-bound.ts";
import { refuteMean, sumBeforeStages } from "../update/staged.ts";
import { openStages } from "../update/stages.ts";
import type { ParticipantTask } from "../workflow/fields.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { AcceptedUpdate } from "../workflow/round-records.ts";
import type { ModelWithState, RoundStart } from "./open-round.ts";
import { serverStartOf } from "./server-start.ts";

/** A client's update behind its masks. */
export interface MaskedPart {
  readonly client: number;
  readonly task: ParticipantTask;
  readonly examples: number;
  readonly steps: number;
  readonly seen: number;
  readonly keptSha256?: string | undefined;
  readonly words: Words;
}

/** What a round's masked updates add up to, and the model that it makes of that. */
export interface OpenedRound {
  readonly evaluation: EvaluationSums;
  /** null in the final pass. */
  readonly trained: {
    /** Mean loss over the examples that were seen in training; null where the privacy of the examples withholds it. */
    readonly loss: number | null;
    /** Length of the mean of the changes, weighted as they are summed; null where clients send no model. */
    readonly norm: number | null;
    readonly next: ModelWithState;
  } | null;
}

/** What a round's sums say of the training. */
interface SummedChanges extends Pick<Sums, "change" | "sent"> {
  readonly loss: number | null;
}

/**
 * A round of masked updates that takes them in as they come, in any order, and tells nothing before the masks' sums are taken off:
 * then of all of them together. What cannot be said of one update is checked of their sum, and ends the round by name.
 */
export class MaskedRound {
  readonly #plan: Plan;
  readonly #integers: UpdateIntegers;
  readonly #strategy: Strategy;
  readonly #start: RoundStart | null;
  readonly #server: ServerStart | undefined;
  readonly #where: string;
  readonly #round: number;
  readonly #sum: Words;
  readonly #numbers: NumberSums;
  readonly #accepted: Record<string, AcceptedUpdate>;
  readonly #clients: number[] = [];
  #trained = { updates: 0, examples: 0, seen: 0, weight: 0 };

  /** @param start null in the final pass, which goes on from nothing */
  constructor(plan: Plan, round: number, start: RoundStart | null) {
    this.#plan = plan;
    this.#round = round;
    this.#where = `round ${round} of run ${plan.run}`;
    this.#integers = new UpdateIntegers(plan);
    this.#strategy = openStrategy(plan.config.federation.strategy);
    this.#start = start;
    this.#server = start ? serverStartOf(plan, start.parameters, start.state.vectors) : undefined;
    this.#sum = zeros(this.#integers.length(start ? "train" : "evaluate"));
    this.#numbers = new NumberSums({
      examples: plan.clients.reduce((sum, { train }) => sum + train, 0),
      clients: plan.clients.length,
    });
    this.#accepted = { ...start?.state.accepted };
  }

  take({ client, task, examples, steps, seen, keptSha256, words }: MaskedPart): void {
    addWords(this.#sum, words);
    this.#clients.push(client);
    if (task !== "train" || !this.#start || !this.#server) return;
    const counts = { client, examples, steps };
    const weight = weightOf(this.#strategy, counts, this.#server);
    const { reduction } = this.#strategy;
    if (reduction.kind === "sum")
      this.#numbers.add(examples, reduction.numbers?.(counts, this.#server) ?? {});
    const before = this.#trained;
    this.#trained = {
      updates: before.updates + 1,
      examples: before.examples + examples,
      seen: before.seen + seen,
      weight: before.weight + weight,
    };
    const { attempt } = this.#start;
    this.#accepted[client] = { round: this.#round, attempt, keptSha256 };
  }

  /**
   * @param streams sums of the seeds' streams over the very clients whose updates were taken
   * @throws SumInvalid where what they hide cannot be, or is longer than the configuration allows; AggregationImpossible,
   * TrainingDiverged
   */
  open(streams: AgreedStreams["streams"]): OpenedRound {
    unmask(this.#sum, streams);
    const evaluation = this.#evaluation();
    if (!this.#start || !this.#server) return { evaluation, trained: null };
    const { examples, updates } = this.#trained;
    const { loss, change, sent } = addsNoiseTogether(this.#plan.config) ? this.#noised() : this.#summed();
    const norm = this.#checkedMean(change, this.#start, this.#server);
    const all = { change, sent, examples, numbers: this.#numbers.values() };
    const stages = openStages(this.#plan.config.federation.update);
    const { parameters, state: vectors } = finishSums(
      this.#strategy,
      this.#server,
      sumBeforeStages(stages, all, this.#server),
      updates,
    );
    const next = { parameters, state: { vectors, accepted: this.#accepted } };
    return { evaluation, trained: { loss, norm, next } };
  }

  /** @throws SumInvalid */
  #evaluation(): EvaluationSums {
    const evaluation = this.#integers.evaluation.read(this.#sum, 0);
    const task = taskOf(this.#plan.config);
    const parsed = task.sums.safeParse(evaluation);
    const wrong = parsed.success
      ? task.falseSums(evaluation, evaluatedTogether(this.#plan, this.#clients))
      : "what no evaluation is";
    if (wrong === undefined) return evaluation;
    throw sumInvalid(`${this.#where}: together its clients evaluate ${wrong}`);
  }

  /** What the sum of gradients comes to, to which the clients have added their noise. @throws SumInvalid */
  #noised(): SummedChanges {
    const { units } = this.#integers.readNoised(this.#sum);
    const sum = { ...this.#trained, round: this.#round, units };
    const problem = beyondNoised(this.#plan, sum);
    if (problem !== undefined) throw this.#spoilt(problem);
    return { loss: null, change: changeOf(this.#plan, sum), sent: {} };
  }

  /** What the sums say, of which is asked what is asked of each update without masks. @throws SumInvalid */
  #summed(): SummedChanges {
    const { lossSum, change, sent } = this.#integers.read(this.#sum);
    const { largestChange } = this.#plan.config.federation.secureAggregation;
    const { seen, weight, examples } = this.#trained;
    if (!(lossSum >= 0 && lossSum <= seen * mostLoss)) {
      throw this.#spoilt(`its summed training loss over ${seen} examples is ${lossSum}`);
    }
    for (const [name, values, times] of [
      ["model's change", change, weight] as const,
      ...Object.entries(sent).map(([name, values]) => [name, values, examples] as const),
    ]) {
      const beyond = values.find((value) => !(Math.abs(value) <= times * largestChange * (1 + 2 ** -20)));
      if (beyond === undefined) continue;
      throw this.#spoilt(
        `a value of the mean ${name} is ${beyond / times}, and no client sends more than ` +
          `${largestChange} (federation.secureAggregation.largestChange)`,
      );
    }
    return { loss: lossSum / seen, change, sent };
  }

  #spoilt(because: string) {
    return sumInvalid(`${this.#where}: ${because}; one of its updates has spoilt it`);
  }

  /** @returns the norm of the mean change; null where clients send no model @throws SumInvalid */
  #checkedMean(change: Float64Array, start: RoundStart, server: ServerStart): number | null {
    const { federation } = this.#plan.config;
    const { weight } = this.#trained;
    if (!this.#strategy.client.sends.model) return null;
    const mean = new Float32Array(change.length);
    for (let i = 0; i < mean.length; i++) mean[i] = (change[i] as number) / weight;
    const norm = normOf(mean);
    const { most, because } = normBoundOf(federation.normBound, start.parameters, start.medianNorm);
    if (norm > most) {
      throw this.#spoilt(
        `the mean of its updates has norm ${norm}, and ${most} is the most that is accepted: ${because}`,
      );
    }
    const problem = refuteMean(openStages(federation.update), mean, server);
    if (problem !== undefined) throw this.#spoilt(`of the mean of its updates, ${problem}`);
    return norm;
  }
}
