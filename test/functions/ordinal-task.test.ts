import { describe, expect, test, vi } from "vitest";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { openTrainer } from "../../shared/model/trainers.ts";
import { aggregateAgain } from "./aggregate-again.ts";
import { forge } from "./forged-update.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { errorIn, ordinalConfig } from "./ordinal-figures.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

// the one line that a task takes beside its folder
vi.mock("../../shared/task/kinds.ts", async (original) => {
  const { taskKinds } = await original<typeof import("../../shared/task/kinds.ts")>();
  const { ordinal } = await import("../toys/ordinal-task.ts");
  return { taskKinds: [...taskKinds, ordinal] };
});

describe("a run of a task that only its own file and its line in the registry know", () => {
  const stop = "federation.stop.meanAbsoluteError=0.2";

  test("has its settings, and the threshold of its score, in the configuration", () => {
    expect(ordinalConfig().task).toEqual({ kind: "ordinal", step: 0.5 });
    expect(() => ordinalConfig("task.step=0")).toThrow(/^task\.step: got 0; takes a number above 0/);
    expect(() => resolveConfig({ set: ["task.step=1"] })).toThrow(/^task\.step: no such field/);
    expect(() => checkConfig(ordinalConfig(stop))).not.toThrow();
    expect(() => checkConfig(ordinalConfig("federation.stop.accuracy=0.9"))).toThrow(
      /^federation\.stop\.accuracy: got 0\.9, and the task ordinal is judged by its mean absolute error; set federation\.stop\.meanAbsoluteError$/,
    );
    expect(() => checkConfig(toyConfig(stop))).toThrow(
      /^federation\.stop\.meanAbsoluteError: .* its accuracy;/,
    );
  });
});

test("the model with the lowest error is kept where patience ends the federation, though it is not the last", async () => {
  const bucket = new MemoryBucket();
  // so fast that the errors rise again
  const set = ["training.learningRate=0.15", "federation.stop.patience=2", "federation.rounds=40"];
  await claimRun(bucket, "r", ordinalConfig(...set, "baseline.enabled=false"));
  const { federated } = (await playRun(bucket, "r")).result;
  const errors = federated.rounds.map(errorIn);
  expect(federated.ended).toBe("patience");
  expect(federated.round).toBe(errors.indexOf(Math.min(...errors)) + 1);
  // patience and the round that has evaluated the last of it
  expect(federated.round).toBe(errors.length - 3);
});

test("a client whose sums are impossible for the task is left out by name", async () => {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", ordinalConfig("federation.quorum=0.5", "baseline.enabled=false"));
  await playRun(bucket, "r");
  await forge(bucket, { run: "r", round: 2, client: 1 }, ({ header }) =>
    JSON.stringify({ ...header, evaluation: { ...header.evaluation, absoluteErrorSum: 1e6 } }),
  );
  const { silent } = await aggregateAgain(bucket, "r", 2);
  expect(silent).toMatchObject([
    {
      client: 1,
      error: "UpdateInvalid",
      cause: expect.stringContaining("and its absolute ones are 1000000"),
    },
  ]);
});

test("a trainer that was not told how to train for a task is refused, before the run and where it is opened", async () => {
  expect(() => checkConfig(ordinalConfig("training.trainer=tfjs"))).toThrow(
    /^training\.trainer: got "tfjs", which cannot train for the task ordinal; takes kernel$/,
  );
  const { task } = ordinalConfig();
  const model = { kind: "mlp", features: 2, hidden: [], outputs: 1 } as const;
  await expect(openTrainer("tfjs", model, task)).rejects.toMatchObject({ name: "TrainerUnavailable" });
});
