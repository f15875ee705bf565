import { describe, expect, test } from "vitest";
import { taskKinds } from "../../shared/task/kinds.ts";
import { isBetter, reaches } from "../../shared/task/score.ts";
import type { TaskKind } from "../../shared/task/task-kind.ts";
import { taskSettings } from "../../shared/task/tasks.ts";
import { baselineEpoch } from "../../shared/workflow/round-records.ts";
import { ordinal } from "../toys/ordinal-task.ts";

const kinds: readonly TaskKind[] = [...taskKinds, ordinal];
const data = { classes: 3 };
/** What the records of rounds, epochs and results say beside figures. */
const beside = [
  "examples",
  "round",
  "rounds",
  "epoch",
  "epochs",
  "client",
  "clients",
  "trainingLoss",
  "update",
].concat(["weightsSha256", "velocitySha256", "chainSha256", "ended", "seconds"]);

describe.each(kinds.map((kind) => [kind.name, kind] as const))("the task %s", (name, kind) => {
  const settings = kind.settings.parse({ kind: name });
  const outputs = kind.outputs(settings, data);

  test("has a score and a loss among its figures, under names that no record has for anything else", () => {
    const names = Object.keys(kind.figures.shape);
    expect(names).toEqual(expect.arrayContaining([kind.score.name, "loss"]));
    expect(names.filter((figure) => beside.includes(figure))).toEqual([]);
  });

  test("evaluates nothing as sums that can be stored, add nothing, and have figures", () => {
    const empty = kind.empty(outputs);
    expect(kind.sums.parse(empty)).toEqual(empty);
    expect(kind.merge(empty, kind.empty(outputs))).toEqual(empty);
    const figures = kind.figuresOf(empty);
    expect(kind.figures.parse(figures)).toEqual(figures);
    expect(kind.contradiction(0, figures)).toBeUndefined();
    expect(
      kind.falseSums(empty, {
        classes: data.classes,
        examples: 0,
        labels: Array.from({ length: data.classes }, () => 0),
      }),
    ).toBeUndefined();
    expect(kind.falseSums(empty, { classes: data.classes, examples: 0, labels: undefined })).toBeUndefined();
    expect(kind.falseSums(empty, { classes: data.classes, examples: 1, labels: undefined })).toMatch(
      /0 examples/,
    );
  });

  test("says which of two scores is better, and reaches a threshold from the worse side", () => {
    const { score } = kind;
    const [better, worse] = score.better === "higher" ? [0.75, 0.25] : [0.25, 0.75];
    expect([isBetter(score, better, worse), isBetter(score, worse, better)]).toEqual([true, false]);
    expect(isBetter(score, better, better)).toBe(false);
    expect([better, 0.5, worse].map((one) => reaches(score, one, 0.5))).toEqual([true, true, false]);
  });

  test("pools the scores of parts by their examples", () => {
    const parts = [
      { examples: 30, score: 0.2 },
      { examples: 10, score: 0.6 },
    ];
    // of two examples in different parts an area under a curve cannot tell which is higher
    if (!kind.score.pooled) return expect(kind.name).toBe("binary");
    const pooled = kind.name === "regression" ? Math.sqrt((30 * 0.2 ** 2 + 10 * 0.6 ** 2) / 40) : 0.3;
    expect(kind.score.pooled(parts)).toBeCloseTo(pooled, 12);
  });
});

test("no two tasks, and no two scores of other figures, have one name", () => {
  expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
  const figures = kinds.map(({ score, figures }) => `${score.name}: ${Object.keys(figures.shape).sort()}`);
  expect(new Set(figures.map((one) => one.split(":")[0])).size).toBe(new Set(figures).size);
});

test("a configuration that names no task has classification", () => {
  expect(taskSettings.parse({})).toEqual({ kind: "classification" });
});

test("records hold the figures of a task, and are refused without", () => {
  const epoch = { epoch: 1, examples: 1, trainingLoss: 1, weightsSha256: "0".repeat(64) };
  const figures = { accuracy: 1, loss: 0.5, confusion: [[1]] };
  expect(baselineEpoch.parse({ ...epoch, ...figures })).toMatchObject(figures);
  expect(baselineEpoch.safeParse({ ...epoch, loss: 0.5 }).success).toBe(false);
  expect(baselineEpoch.safeParse({ ...epoch, ...figures, examples: 2 }).success).toBe(false);
});
