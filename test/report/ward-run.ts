import { answerOf } from "../../cli/predict/answer.ts";
import { examplesBySchema } from "../../cli/predict/examples-by-schema.ts";
import { readModels } from "../../cli/predict/read-models.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { keys, type ModelName } from "../../shared/layout.ts";
import { randomStream } from "../../shared/random.ts";
import { encodedFeatures } from "../../shared/schema/encode.ts";
import { type TableSchema, tableSchema } from "../../shared/schema/table-schema.ts";
import { classNamed } from "../../shared/task/naming.ts";
import { taskOf } from "../../shared/task/tasks.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { readTableBySchema } from "../../tables/table-by-schema.ts";
import { claimData } from "../functions/claimed-data.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { playRun } from "../functions/played-run.ts";

/** What is asked of the patients of a ward. */
export const wardTasks = ["binary", "classification", "regression", "poisson"] as const;
export type WardTask = (typeof wardTasks)[number];

const targets: Readonly<Record<WardTask, unknown>> = {
  binary: { name: "outcome", task: "classification", classes: ["well", "ill"] },
  classification: { name: "care", task: "classification", classes: ["home", "ward", "icu"] },
  regression: { name: "stay", task: "regression", unit: "days" },
  poisson: { name: "visits", task: "regression" },
};

/** Numbers, one of them with gaps, categories, one with gaps, and a date; and a column that the model never sees. */
export function wardSchema(task: WardTask): TableSchema {
  return tableSchema.parse({
    format: 1,
    columns: [
      { name: "patient", type: "text", role: "id" },
      { name: "age", unit: "years", range: [0, 120] },
      { name: "crp", unit: "mg/l", missing: 80 },
      { name: "sex", type: "category", categories: ["f", "m"], spellings: { f: ["female"] } },
      {
        name: "unit",
        type: "category",
        categories: ["emergency", "<icu>", "ward & day"],
        missing: "category",
      },
      { name: "admitted", type: "date" },
    ],
    label: targets[task],
  });
}

/** Rows of a table as its owner would have it; the same ones for the same seed. */
export function wardTable(task: WardTask, rows: number, seed: number): string {
  const draw = randomStream(seed, "start");
  const lines = Array.from({ length: rows }, (_, row) => {
    const [age, crp, unit] = [20 + 70 * draw.unit(), 200 * draw.unit(), draw.below(5)];
    const risk = (age - 55) / 20 + (crp - 100) / 60 + (unit === 1 ? 1 : 0) + draw.unit() - 1;
    const target: Readonly<Record<WardTask, string | number>> = {
      binary: risk > 1.2 ? "ill" : "well",
      classification: risk > 1 ? "icu" : risk > -0.5 ? "ward" : "home",
      regression: (9 + 3 * risk).toFixed(1),
      poisson: Math.max(0, Math.round(Math.exp(0.6 * risk))),
    };
    return [
      `P${1000 + row}`,
      age.toFixed(1),
      draw.below(8) === 0 ? "NA" : crp.toFixed(2),
      ["f", "m", "female"][draw.below(3)],
      ["emergency", "<icu>", "ward & day", "", "day clinic"][unit],
      `2025-0${1 + draw.below(9)}-1${draw.below(10)}`,
      target[task],
    ].join(",");
  });
  return [wardHeader(task), ...lines].join("\n");
}

const wardHeader = (task: WardTask) => `patient,age,crp,sex,unit,admitted,${wardSchema(task).label.name}`;

export interface PlayedTable {
  readonly result: Result;
  /** The page that FinishRun left. */
  readonly page: string;
  /** What fedstep predict answers of rows, by each model: the values, and the class that it names. */
  predict(
    rows: readonly string[],
  ): Promise<Partial<Record<ModelName, { values: readonly number[]; named?: number }>>[]>;
}

/** A run over such a table, in this process, with a pooled baseline. */
export async function wardRun(task: WardTask, ...set: readonly string[]): Promise<PlayedTable> {
  const schema = wardSchema(task);
  const bucket = new MemoryBucket();
  const bytes = (text: string) => ({ label: "ward.csv", bytes: Buffer.from(text) });
  const { examples } = await readTableBySchema(bytes(wardTable(task, 300, 5)), schema);
  const { classes } = schema.label;
  const file = {
    task: { kind: task },
    partition: { kind: "iid", clients: 3 },
    model: { hidden: [6] },
    training: { batchSize: 16, learningRate: 0.05 },
    federation: { rounds: 4 },
    baseline: { epochs: 4 },
  };
  const data = {
    name: "ward",
    classes: classes?.length ?? 1,
    ...(classes && { classNames: classes }),
    featureNames: encodedFeatures(schema),
    schema,
    examples,
  };
  await claimData(bucket, "r", data, resolveConfig({ file, set: [...set] }));
  const { result } = await playRun(bucket, "r");
  return {
    result,
    page: Buffer.from(bucket.contents.get(keys.report("r")) ?? []).toString(),
    async predict(rows) {
      const models = await readModels(bucket.objects, result, "both");
      const table = bytes([wardHeader(task).replace(/,\w+$/, ""), ...rows].join("\n"));
      const asked = await examplesBySchema(table, schema, { label: undefined });
      const kind = taskOf(result.config);
      return asked.map((example) => {
        const { values } = answerOf(example, models, kind.ending);
        return Object.fromEntries(
          models.map(({ name }) => {
            const all = values[name] ?? [];
            const naming = kind.naming?.(
              result[name] ?? result.federated,
              result.config.task,
              result.dataset,
            );
            return [name, { values: all, ...(naming && { named: classNamed(all, naming) }) }];
          }),
        );
      });
    },
  };
}
