import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { keys } from "../../shared/layout.ts";
import { parameterCount } from "../../shared/model/parameters.ts";
import { likeModel, type VectorShapes, type Vectors } from "../../shared/model/vector-shape.ts";
import { openStrategy, type StrategyName, strategies } from "../../shared/strategy/strategies.ts";
import { hasKept, hasState } from "../../shared/strategy/strategy.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { readKept, readState, writeKept, writeState } from "../../storage/strategy-objects.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { mlpOf } from "../shared/model/mlp-of.ts";

const spec = mlpOf(4, [3], 2);
const wider = { ...spec, hidden: [5] };

const settingsOf = (name: StrategyName) => {
  const config = resolveConfig({ set: [`federation.strategy.name=${name}`, "partition.clients=20"] });
  return config.federation.strategy;
};
const opened = (Object.keys(strategies) as StrategyName[]).map((name) => openStrategy(settingsOf(name)));
const stateful = opened.filter(hasState);

/** What a state and what a client keeps need of a plan. */
const plan = { run: "r", model: spec, origins: [] } as unknown as Plan;

const ofNames = (names: readonly string[], of: typeof spec = spec): Vectors =>
  Object.fromEntries(names.map((name, i) => [name, new Float32Array(parameterCount(of)).fill(i + 1)]));

/** Declares vectors of these names, as whoever wrote them would have to. */
const likeThese = (vectors: Vectors): VectorShapes =>
  Object.fromEntries(Object.keys(vectors).map((name) => [name, likeModel]));
const stateLike = (vectors: Vectors) => ({
  state: Object.fromEntries(Object.keys(vectors).map((name) => [name, { shape: likeModel, initial: 0 }])),
});

/** What may be wrong with vectors of whose bytes the digest is right. */
function wrongs(names: readonly string[]): [string, Vectors, typeof spec, RegExp][] {
  return [
    ["one too many", ofNames([...names, "other"]), spec, /: holds a vector other, and has to hold /],
    ...names.flatMap((name): [string, Vectors, typeof spec, RegExp][] => {
      const rest = names.filter((one) => one !== name);
      return [
        [`no ${name}`, ofNames(rest), spec, new RegExp(`: has no vector ${name}, and has to hold `)],
        [`${name} under another name`, ofNames([...rest, `${name}2`]), spec, /: holds a vector \w+2, /],
        [`${name} of another length`, ofNames(names, wider), wider, /: tensor layers\.0\.weight is \[4,5\]/],
      ];
    }),
  ];
}

test("every strategy with a state is tried", () => {
  expect(stateful.map(({ name }) => name)).toEqual([
    "FedAvgM",
    "FedAdagrad",
    "FedAdam",
    "FedYogi",
    "SCAFFOLD",
  ]);
});

describe.each(stateful.map((strategy) => [strategy.name, strategy] as const))(
  "a state of %s",
  (_, strategy) => {
    const names = Object.keys(strategy.state);

    test("is read as it was written", async () => {
      const { objects } = new MemoryBucket();
      const state = { vectors: ofNames(names), accepted: { 1: { round: 2 } } };
      const sha256 = await writeState(objects, plan, strategy, 2, state);
      expect(await readState(objects, plan, strategy, 2, sha256)).toEqual(state);
    });

    test.each(wrongs(names))("with %s is refused by its key", async (_wrong, vectors, of, message) => {
      const { objects } = new MemoryBucket();
      const other = { run: "r", model: of };
      const sha256 = await writeState(objects, other, stateLike(vectors), 2, { vectors, accepted: {} });
      const read = readState(objects, plan, strategy, 2, sha256);
      await expect(read).rejects.toMatchObject({
        name: "ObjectInvalid",
        message: expect.stringMatching(message),
      });
      await expect(read).rejects.toThrow(keys.roundState("r", 2));
    });
  },
);

describe.each(opened.filter(hasKept).map((one) => [one.name, one] as const))(
  "what a client of %s keeps",
  (_, strategy) => {
    test.each(wrongs(Object.keys(strategy.client.keeps)))(
      "with %s is refused by its key",
      async (_wrong, vectors, of, message) => {
        const { objects } = new MemoryBucket();
        const keptSha256 = await writeKept(
          objects,
          { run: "r", model: of },
          likeThese(vectors),
          { round: 2, attempt: 1, client: 1 },
          vectors,
        );
        const read = readKept(objects, plan, strategy, 1, { round: 2, attempt: 1, keptSha256 });
        await expect(read).rejects.toMatchObject({
          name: "ObjectInvalid",
          message: expect.stringMatching(message),
        });
        await expect(read).rejects.toThrow(keys.clientState("r", 2, 1));
      },
    );
  },
);
