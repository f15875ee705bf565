import type { ClientUpdate } from "../client/update.ts";
import { aggregationImpossible, objectInvalid, trainingDiverged, updateInvalid } from "../errors.ts";
import { allFinite } from "../model/parameters.ts";
import { lengthOf, missingVector } from "../model/vector-shape.ts";
import { nextClip } from "../privacy/clients/adaptive-clip.ts";
import { ClippedChanges } from "../privacy/clients/clipped-sum.ts";
import type { ClientMechanism } from "../privacy/clients/mechanism.ts";
import type { Release } from "../privacy/clients/release.ts";
import { vectorNames } from "../privacy/clients/vectors.ts";
import { FixedPointSum, fixedPointOf } from "./fixed-point.ts";
import { NumberSums } from "./number-sums.ts";
import { summedRange } from "./range.ts";
import {
  type Aggregation,
  type ServerStart,
  type Strategy,
  type SumReduction,
  type Sums,
  stateShapes,
  type WholeReduction,
} from "./strategy.ts";

/** A round's updates as they come in, in any order, until they become the next global model. */
export interface OpenReduction {
  /** @throws UpdateInvalid where a vector is missing or of another length */
  add(update: ClientUpdate): void;
  /** Takes over what another one of the same round has been given, as from an aggregator of other clients. */
  merge(other: this): void;
  /**
   * @param release makes of exact sums what may be told, of a round that hides its clients
   * @throws AggregationImpossible where the round has too few updates for the strategy
   * @throws TrainingDiverged where the result holds a value that is not finite
   */
  finish(release?: Release): Aggregation;
}

/**
 * Opens a round with what holds for every strategy. AggregateRound refuses updates with values that are not finite, or
 * beyond the bounds of the run, before any of this; the robust strategies need no such help: an infinity or NaN is to
 * them a value like any other outlier.
 *
 * @param beforeStages gives the sum of what the clients had before update stages that are undone in the sum
 * @throws ObjectInvalid where the state is not the strategy's
 */
export function openReduction(
  strategy: Strategy,
  start: ServerStart,
  beforeStages: (sums: Sums) => Sums = (sums) => sums,
): OpenReduction {
  const { reduction } = strategy;
  const missing = missingVector(stateShapes(strategy), start.state, start.layout);
  if (missing) {
    throw objectInvalid(`the strategy's state has no vector ${missing.name} of ${missing.length} values`);
  }
  if (start.hides) return new OpenHidden(strategy, start, start.hides);
  return reduction.kind === "sum"
    ? new OpenSum(strategy, reduction, start, beforeStages)
    : new OpenWhole(strategy, reduction, start);
}

abstract class Opened {
  protected readonly strategy: Strategy;
  protected readonly start: ServerStart;

  constructor(strategy: Strategy, start: ServerStart) {
    this.strategy = strategy;
    this.start = start;
  }

  protected assertVectors({ client, parameters, sent }: ClientUpdate): void {
    const { sends } = this.strategy.client;
    const absent = missingVector(sends.vectors, sent, this.start.layout);
    if (absent) {
      throw updateInvalid(
        `client ${client}: its update has no vector ${absent.name} of ${absent.length} values`,
      );
    }
    const length = sends.model ? this.start.global.length : 0;
    if (parameters.length === length) return;
    throw updateInvalid(`client ${client}: its model has ${parameters.length} values, and not ${length}`);
  }
}

function assertEnough({ name, needs }: Strategy, updates: number): void {
  if (updates >= needs.updates) return;
  throw aggregationImpossible(
    `${name} takes at least ${needs.updates} updates a round (${needs.because}), and this round has ` +
      `${updates}: let more clients take part, raise federation.quorum, or change federation.strategy`,
  );
}

function checked({ name }: Strategy, next: Aggregation): Aggregation {
  const bad = Object.entries({ ...next.state, "global model": next.parameters }).find(
    ([, values]) => !allFinite(values),
  );
  if (!bad) return next;
  throw trainingDiverged(
    `${name}: the ${bad[0]} left the range of numbers; lower training.learningRate or the strategy's own step size`,
  );
}

/**
 * The next global model of what so many updates add up to.
 * @throws AggregationImpossible, TrainingDiverged as OpenReduction.finish; RangeError where the strategy is no sum
 */
export function finishSums(strategy: Strategy, start: ServerStart, sums: Sums, updates: number): Aggregation {
  const { name, reduction } = strategy;
  assertEnough(strategy, updates);
  if (reduction.kind !== "sum") throw new RangeError(`${name} does not step from sums`);
  return checked(strategy, reduction.finish(sums, start));
}

/** Adds each update up and forgets it. */
class OpenSum extends Opened implements OpenReduction {
  readonly #reduction: SumReduction;
  readonly #beforeStages: (sums: Sums) => Sums;
  readonly #change: FixedPointSum;
  readonly #sent: Readonly<Record<string, FixedPointSum>>;
  readonly #numbers: NumberSums;
  #examples = 0;
  #updates = 0;

  constructor(
    strategy: Strategy,
    reduction: SumReduction,
    start: ServerStart,
    beforeStages: (sums: Sums) => Sums,
  ) {
    super(strategy, start);
    this.#beforeStages = beforeStages;
    const { federationExamples: examples, federationClients: clients } = start;
    const units = start.units ?? fixedPointOf({ examples, clients, range: summedRange });
    const { model, vectors } = strategy.client.sends;
    this.#numbers = new NumberSums({ examples, clients });
    this.#reduction = reduction;
    this.#change = new FixedPointSum(model ? start.global.length : 0, units);
    this.#sent = Object.fromEntries(
      Object.entries(vectors).map(([name, shapeOf]) => [
        name,
        new FixedPointSum(lengthOf(shapeOf(start.layout)), units),
      ]),
    );
  }

  add(update: ClientUpdate): void {
    this.assertVectors(update);
    const { examples, parameters, sent } = update;
    const { weight, numbers } = this.#reduction;
    this.#change.add(weight?.(update, this.start) ?? examples, parameters, this.start.global);
    for (const [name, sum] of Object.entries(this.#sent)) sum.add(examples, sent[name] as Float32Array);
    this.#numbers.add(examples, numbers?.(update, this.start) ?? {});
    this.#examples += examples;
    this.#updates++;
  }

  merge(other: this): void {
    this.#change.merge(other.#change);
    for (const [name, sum] of Object.entries(other.#sent)) this.#sent[name]?.merge(sum);
    this.#numbers.merge(other.#numbers);
    this.#examples += other.#examples;
    this.#updates += other.#updates;
  }

  finish(): Aggregation {
    const values = Object.entries(this.#sent).map(([name, sum]) => [name, sum.values()] as const);
    const sums = {
      change: this.#change.values(),
      sent: Object.fromEntries(values),
      examples: this.#examples,
      numbers: this.#numbers.values(),
    };
    return finishSums(this.strategy, this.start, this.#beforeStages(sums), this.#updates);
  }
}

/** Adds each shortened change up in whole numbers, of which nothing is told without noise. */
class OpenHidden extends Opened implements OpenReduction {
  readonly #mechanism: ClientMechanism;
  readonly #clip: number;
  readonly #changes: ClippedChanges;
  #updates = 0;

  constructor(strategy: Strategy, start: ServerStart, mechanism: ClientMechanism) {
    super(strategy, start);
    this.#mechanism = mechanism;
    this.#clip = start.state[vectorNames.clip]?.[0] ?? mechanism.clip;
    this.#changes = new ClippedChanges(start.global, mechanism, this.#clip);
  }

  add(update: ClientUpdate): void {
    this.assertVectors(update);
    this.#changes.add(update);
    this.#updates++;
  }

  merge(other: this): void {
    this.#changes.merge(other.#changes);
    this.#updates += other.#updates;
  }

  finish(release?: Release): Aggregation {
    if (!release)
      throw new RangeError("the sums of a round that hides its clients are told by nobody as they are");
    const { mean, unclipped } = release(this.#changes.sums());
    const sums = { change: Float64Array.from(mean), sent: {}, examples: 1, numbers: {} };
    const { parameters, state } = finishSums(this.strategy, this.start, sums, this.#updates);
    const { adaptive } = this.#mechanism;
    const told = { ...state, [vectorNames.mean]: mean };
    if (!adaptive || unclipped === null) return { parameters, state: told };
    const clip = nextClip(this.#clip, unclipped, adaptive);
    const clips = {
      [vectorNames.unclipped]: Float32Array.of(unclipped),
      [vectorNames.clip]: Float32Array.of(clip),
    };
    return { parameters, state: { ...told, ...clips } };
  }
}

/** Holds every update until the last has come. */
class OpenWhole extends Opened implements OpenReduction {
  readonly #reduction: WholeReduction;
  readonly #updates: ClientUpdate[] = [];

  constructor(strategy: Strategy, reduction: WholeReduction, start: ServerStart) {
    super(strategy, start);
    this.#reduction = reduction;
  }

  add(update: ClientUpdate): void {
    this.assertVectors(update);
    this.#updates.push(update);
  }

  merge(other: this): void {
    this.#updates.push(...other.#updates);
  }

  finish(): Aggregation {
    assertEnough(this.strategy, this.#updates.length);
    const updates = this.#updates.sort((a, b) => a.client - b.client);
    return checked(this.strategy, this.#reduction.aggregate({ ...this.start, updates }));
  }
}
