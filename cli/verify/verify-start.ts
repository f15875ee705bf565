import { keys } from "../../shared/layout.ts";
import { initialParameters } from "../../shared/model/parameters.ts";
import { layoutOf } from "../../shared/model/spec.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import { startName } from "../../shared/secure-aggregation/settings.ts";
import { startState } from "../../shared/strategy/strategies.ts";
import { hasState } from "../../shared/strategy/strategy.ts";
import { chainAfter, type Link, startLink, takenLink, takenSha256 } from "../../shared/workflow/chain.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { roundMetrics, type TimedRound, timesOf } from "../../shared/workflow/round-records.ts";
import { encodeGlobal, type LinkedGlobal, readLinkedGlobal } from "../../storage/model-objects.ts";
import type { SealedRecord } from "../../storage/sealed-records.ts";
import { encodeState, readState } from "../../storage/strategy-objects.ts";
import { compareTensors } from "./compare-objects.ts";
import type { RoundBase } from "./computed-round.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";
import { timedRound } from "./timed-round.ts";
import type { TakenOver, VerifiedPlan } from "./verify-plan.ts";

export interface VerifiedStart {
  /** Before any training. */
  readonly start: LinkedGlobal;
  /** What the first round of its own begins with. */
  readonly base: RoundBase | undefined;
  /** Rounds of another run. */
  readonly taken: readonly TimedRound[];
}

/** The start that the seed draws, and what the run has taken over from another one. */
export async function verifyStart(scene: Scene, verified: VerifiedPlan): Promise<VerifiedStart> {
  const { plan, seal, takenOver } = verified;
  const parameters = initialParameters(plan.model, plan.config.seed, startName(plan));
  const link = startLink(plan, seal);
  const bytes = encodeGlobal(plan, 0, parameters, link);
  await compareTensors(scene, keys.global(plan.run, 0), bytes, `seed ${plan.config.seed}`);
  const start = linked(link, parameters);
  const round = takenRounds(plan);
  if (round === 0) {
    const strategy = strategyOf(plan.config);
    const state = { vectors: startState(strategy, layoutOf(plan.model)), accepted: {} };
    return { start, base: { model: start, state, previous: null }, taken: [] };
  }
  const taken = await takenRecords(scene, plan, round, takenOver);
  const base = takenOver
    ? await takenAgain(scene, plan, seal, takenOver)
    : await takenByDigest(scene, plan, seal, round);
  return { start, base, taken };
}

function linked(link: Link & { readonly weightsSha256: string }, parameters: Float32Array): LinkedGlobal {
  return { ...link, parameters, chainSha256: chainAfter(link) };
}

/** The records of the rounds, which are the other run's word by word. */
async function takenRecords(
  scene: Scene,
  plan: Plan,
  round: number,
  takenOver: TakenOver | undefined,
): Promise<TimedRound[]> {
  const found: SealedRecord<TimedRound>[] = [];
  for (let one = 1; one <= round; one++) {
    const key = keys.roundMetrics(plan.run, one);
    const stored = await storedRecord(scene, key, roundMetrics);
    const original = takenOver?.fork.raws[one - 1];
    const took = takenOver?.fork.rounds[one - 1];
    if (stored) found.push(await timedRound(scene, plan.run, stored, took && timesOf(took)));
    if (stored && original) scene.audit.compare(key, stored.raw, original);
  }
  const sha256 = takenSha256(found.map(({ raw }) => raw));
  if (!takenOver && sha256 !== plan.start?.taken?.recordSha256) {
    scene.audit.found(
      keys.plan(plan.run),
      `does not name the digest of rounds 1 to ${round}, which is ${sha256}`,
    );
  }
  return takenOver ? [...takenOver.fork.rounds] : found.map(({ record }) => record);
}

async function takenAgain(
  scene: Scene,
  plan: Plan,
  seal: string,
  { fork: { round, model, parent }, state }: TakenOver,
): Promise<RoundBase | undefined> {
  const link = takenLink(plan, seal);
  if (!link) return undefined;
  const of = `round ${round} of ${parent.run}`;
  const bytes = encodeGlobal(plan, round, model.parameters, link);
  await compareTensors(scene, keys.global(plan.run, round), bytes, of);
  if (state) {
    const strategy = strategyOf(plan.config);
    const again = encodeState(plan, strategy, round, state);
    await compareTensors(scene, keys.roundState(plan.run, round), again, of);
  }
  return {
    model: linked(link, model.parameters),
    state: state ?? { vectors: {}, accepted: {} },
    previous: null,
  };
}

async function takenByDigest(
  { objects, audit, inventory }: Scene,
  plan: Plan,
  seal: string,
  round: number,
): Promise<RoundBase | undefined> {
  const link = takenLink(plan, seal);
  const strategy = strategyOf(plan.config);
  const [key, stateKey] = [keys.global(plan.run, round), keys.roundState(plan.run, round)];
  for (const one of hasState(strategy) ? [key, stateKey] : [key]) {
    if (!inventory.expect(one)) audit.found(one, "is missing");
  }
  const model =
    link && (await audit.read(key, () => readLinkedGlobal(objects, plan, round, chainAfter(link))));
  const state =
    model && (await audit.read(stateKey, () => readState(objects, plan, strategy, round, model.stateSha256)));
  return model && state ? { model, state, previous: null } : undefined;
}
