import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isoDay, type Patient, patients } from "./dataset/people.ts";
import { type Writing, written } from "./dataset/ways-of-writing.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

const comma = (value: number | undefined) => (value === undefined ? "" : String(value).replace(".", ","));

/** Three owners' tables with all at once that people bring; what is to be predicted is the last column. */
const writings = (target: (patient: Patient, owner: number) => string | number): readonly Writing[] => [
  {
    header: ["id", "age", "sex", "ward", "smoker", "crp", "admitted", "target"],
    row: (p) => [p.id, p.age, p.sex, p.ward, p.smoker ? 1 : 0, p.crp ?? "", isoDay(p.day), target(p, 0)],
  },
  {
    header: ["id", "AGE", "smoker", "sex", "ward", "CRP", "admitted", "target"],
    row: (p) => [
      p.id,
      comma(p.age),
      p.smoker ? "yes" : "no",
      p.sex,
      p.ward.toUpperCase(),
      comma(p.crp),
      isoDay(p.day),
      target(p, 1),
    ],
    ...{ delimiter: ";", end: "\r\n", before: "\ufeff" },
  },
  {
    header: ["target", "age", "sex", "ward", "smoker", "admitted"],
    row: (p) => [target(p, 2), p.age, p.sex, p.ward, p.smoker ? "1.0" : "0.0", isoDay(p.day)],
    delimiter: "\t",
  },
];

/** Infers, runs, and asks about each owner's file. */
async function learned(name: string, owners: readonly (readonly Patient[])[], of: readonly Writing[]) {
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder);
  for (const [at, writing] of of.entries())
    writeFileSync(join(folder, `${"abc"[at]}.csv`), written(writing, owners[at] ?? []));
  const [schema, home] = [join(folder, "..", "schema.json"), sharedHome()];
  const inferred = await fedstep([
    "schema",
    "infer",
    "--clients",
    folder,
    "--label",
    "target",
    "--out",
    schema,
  ]);
  expect(inferred, inferred.said).toMatchObject({ code: 0 });
  const run = await fedstep([
    ...["run", "--clients", folder, "--schema", schema, "--name", name, "--home", home, "--preset", "tuned"],
    ...["--set", "federation.rounds=12", "--set", "model.hidden=[8]", "--set", "baseline.epochs=4"],
  ]);
  expect(run, run.said).toMatchObject({ code: 0 });
  const asked = await fedstep([
    "predict",
    name,
    ...["a", "b", "c"].map((one) => join(folder, `${one}.csv`)),
    "--home",
    home,
    "--json",
  ]);
  expect(asked, asked.said).toMatchObject({ code: 0 });
  return {
    schema: JSON.parse(readFileSync(schema, "utf8")),
    examples: JSON.parse(asked.output).examples as {
      federated: { probabilities?: Record<string, number>; values?: number | number[] };
    }[],
  };
}

test("4 % of patients in three hospitals' tables as they come are told from the others", async () => {
  const owners = [patients(11, 300, 4.2), patients(12, 250, 4.2), patients(13, 200, 4.2)];
  const words = [
    ["0", "1"],
    ["no", "yes"],
    ["False", "True"],
  ];
  const ill = owners.flat().map((one) => one.ill);
  const share = ill.filter(Boolean).length / ill.length;
  expect(share).toBeGreaterThan(0.02);
  expect(share).toBeLessThan(0.07);
  const { schema, examples } = await learned(
    "rare",
    owners,
    writings((p, owner) => words[owner]?.[p.ill ? 1 : 0] ?? ""),
  );
  expect(schema.label).toMatchObject({
    classes: ["0", "1"],
    spellings: { "1": expect.arrayContaining(["yes", "True"]) },
  });
  const scores = examples.map(({ federated }) => federated.probabilities?.["1"] ?? Number.NaN);
  // area under the ROC curve by its definition: pairs in the right order
  const [of, others] = [true, false].map((one) => scores.filter((_, at) => ill[at] === one));
  const pairs =
    of?.flatMap((high) => others?.map((low) => (high > low ? 1 : high === low ? 0.5 : 0)) ?? []) ?? [];
  expect(pairs.reduce((sum: number, one) => sum + one, 0) / pairs.length).toBeGreaterThan(0.9);
});

test("a stay in days, of the same tables, is predicted", async () => {
  const owners = [patients(21, 120), patients(22, 100), patients(23, 90)];
  const { schema, examples } = await learned(
    "stays",
    owners,
    writings((p, owner) => (owner === 1 ? comma(p.stay) : p.stay)),
  );
  expect(schema.label).toEqual({ name: "target", task: "regression" });
  const truth = owners.flat().map(({ stay }) => stay);
  const mean = truth.reduce((sum, one) => sum + one, 0) / truth.length;
  const squares = (values: readonly number[]) =>
    truth.reduce((sum, one, at) => sum + (one - (values[at] ?? Number.NaN)) ** 2, 0);
  const said = examples.map(({ federated }) => [federated.values ?? Number.NaN].flat()[0] ?? Number.NaN);
  expect(1 - squares(said) / squares(truth.map(() => mean))).toBeGreaterThan(0.8);
});
