import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerOf } from "../../cli/predict/answer.ts";
import { readExamples } from "../../cli/predict/read-examples.ts";
import { readModels } from "../../cli/predict/read-models.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { keys, modelFiles } from "../../shared/layout.ts";
import { randomStream } from "../../shared/random.ts";
import { encodedFeatures } from "../../shared/schema/encode.ts";
import { type TableSchema, tableSchema } from "../../shared/schema/table-schema.ts";
import { taskOf } from "../../shared/task/tasks.ts";
import { namedBytes } from "../../tables/named-path.ts";
import { readTableBySchema } from "../../tables/table-by-schema.ts";
import { loadFromFiles } from "../shared/model/export/loaded-model.ts";
import { claimData } from "./claimed-data.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { playRun } from "./played-run.ts";

/** An interpreter that has NumPy. */
const python = ["python3", "/usr/bin/python3"].find(
  (one) => spawnSync(one, ["-c", "import numpy"]).status === 0,
);

/** The example of a language as docs/models has it. */
function exampleOf(page: string, language: string): string {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  const found = new RegExp(`\\n\`\`\`${language}\\n(.*?)\\n\`\`\`\\n`, "s").exec(text);
  if (!found?.[1]) throw new Error(`docs/${page} has no example in ${language}`);
  return found[1];
}

const columns: TableSchema["columns"] = [
  { name: "patient", type: "text", role: "id" },
  { name: "age", type: "number", role: "feature", missing: 47.3 },
  // of which the mean is no float32
  { name: "volume", type: "number", role: "feature", missing: "mean" },
  // a million deviations from zero
  { name: "pressure", type: "number", role: "feature", aliases: ["druck"] },
  {
    name: "ward",
    type: "category",
    role: "feature",
    categories: ["north", "south", "2"],
    spellings: { south: ["S", "süd"] },
    missing: "category",
  },
  { name: "admitted", type: "date", role: "feature", missing: "2025-03-01" },
  { name: "seen", type: "date", role: "feature", missing: "mean" },
  { name: "dose", type: "number", role: "feature", missing: 0.1, optional: true },
];

const tasks = {
  binary: { classes: ["alive", "dead"], label: (risk: number) => (risk > 0.3 ? "dead" : "alive") },
  classification: {
    classes: ["low", "middle", "high"],
    label: (risk: number) => (risk < -0.4 ? "low" : risk > 0.4 ? "high" : "middle"),
  },
  regression: { classes: undefined, label: (risk: number) => String(20 + 5 * risk) },
  poisson: { classes: undefined, label: (risk: number) => String(Math.round(3 * Math.exp(risk))) },
} as const;

const header = ["patient", "age", "volume", "pressure", "ward", "admitted", "seen", "dose", "y"];

function tableOf(label: (risk: number) => string): string {
  const draw = randomStream(5, "demo", 0);
  const noise = () => draw.unit() + draw.unit() + draw.unit() - 1.5;
  const lines = Array.from({ length: 300 }, (_, i) => {
    const [age, pressure] = [50 + 20 * noise(), noise()];
    const ward = ["north", "S", "2.0", ""][draw.below(4)] ?? "";
    const risk = (age - 50) / 30 + 0.5 * pressure + (ward === "S" ? 0.4 : 0);
    const date = `2025-0${1 + draw.below(9)}-1${draw.below(9)}`;
    return [
      `P${i}`,
      draw.below(5) === 0 ? "NA" : age.toFixed(1),
      draw.below(7) === 0 ? "" : (3e6 + noise()).toFixed(3),
      (1e6 + pressure).toFixed(3),
      ward,
      draw.below(6) === 0 ? "" : date,
      draw.below(6) === 0 ? "" : date.replace("2025", "2024"),
      draw.below(4) === 0 ? "-" : (noise() / 10).toFixed(4),
      label(risk),
    ].join();
  });
  return [header.join(), ...lines].join("\n");
}

/** Rows as nobody has trained with: other names and order, gaps, a ward and a spelling of its own, a column that is not there. */
const asked = [
  "admitted,DRUCK,Ward,age,note,volume,seen",
  "2025-02-28,1000000.25,north,61.5,x,2999999.75,",
  ",999999.5,west,NA,x,,2024-03-04",
  "2024-12-31,1000001.75,02,?,x,3000000.5,2024-05-06",
  "2026-01-01,1000000,süd,90,x,NA,",
  "2025-06-30,999998.125,,12.25,x,3000001,2024-01-31",
].join("\n");

/** The same by the schema's names, as the example in JavaScript takes them. */
const askedRows = (parse(asked, { columns: true }) as Record<string, string>[]).map(
  ({ DRUCK, Ward, ...row }) => ({ ...row, pressure: DRUCK, ward: Ward }),
);

describe.each(Object.entries(tasks))("a model of tables for %s", (kind, { classes, label }) => {
  /** Half of the kinds train with tanh, and the others say nothing of what stands between layers. */
  const activation = kind === "classification" || kind === "regression" ? "tanh" : undefined;
  const bucket = new MemoryBucket();
  const folder = mkdtempSync(join(tmpdir(), "fedstep-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let ours: readonly (readonly number[])[];
  const model = join(folder, "model.safetensors");
  const table = join(folder, "asked.csv");
  const contentOf = (name: (typeof modelFiles)[number]) =>
    bucket.contents.get(keys.model("r", "federated", name)) ?? new Uint8Array();

  beforeAll(async () => {
    const schema = tableSchema.parse({
      format: 1,
      columns,
      label: classes ? { name: "y", task: "classification", classes } : { name: "y", task: "regression" },
    });
    const bytes = await namedBytes("t.csv", new TextEncoder().encode(tableOf(label)));
    const { examples } = await readTableBySchema(bytes, schema);
    const content = {
      name: "patients",
      classes: classes?.length ?? 1,
      ...(classes && { classNames: classes }),
      featureNames: encodedFeatures(schema),
      schema,
      examples,
    };
    const config = resolveConfig({
      file: {
        task: { kind },
        partition: { kind: "iid", clients: 3 },
        model: { hidden: [6], ...(activation && { activation }) },
        training: { batchSize: 16, learningRate: 0.05 },
        federation: { rounds: 4 },
        baseline: { enabled: false },
      },
      classes: content.classes,
    });
    await claimData(bucket, "r", content, config);
    const { result } = await playRun(bucket, "r");
    const models = await readModels(bucket.objects, result, "federated");
    writeFileSync(table, asked);
    writeFileSync(model, contentOf("model.safetensors"));
    const read = await readExamples(table, result.dataset, { asIs: false, label: undefined });
    const { ending } = taskOf(config);
    ours = read.map((example) => answerOf(example, models, ending).values.federated ?? []);
    // answers that differ, else equal ones would say little
    expect(new Set(ours.map(([value]) => value?.toFixed(3))).size).toBe(5);
  });

  /** The largest difference; of a rate by its size. */
  function away(theirs: readonly (readonly number[])[]): number {
    expect(theirs.map((row) => row.length)).toEqual(ours.map((row) => row.length));
    const unit = (value: number) => (kind === "poisson" ? value : 1);
    return Math.max(
      ...ours.flatMap((row, i) =>
        row.map((value, at) => Math.abs(value - (theirs[i]?.[at] ?? NaN)) / unit(value)),
      ),
    );
  }

  test.skipIf(python === undefined)("gives fedstep's answers to the example in Python (needs NumPy)", () => {
    const output = execFileSync(python ?? "", ["-c", exampleOf("models.md", "python"), model, table], {
      encoding: "utf8",
    });
    expect(away(JSON.parse(output))).toBeLessThan(1e-9);
  });

  test("gives fedstep's answers to the example in JavaScript, on the CPU and in WebAssembly", async () => {
    const make = new Function(`${exampleOf("models.md", "js")}\nreturn predict;`);
    const predict: (...of: unknown[]) => Promise<number[][]> = make();
    for (const backend of ["cpu", "wasm"]) {
      const loaded = await loadFromFiles(
        Object.fromEntries(modelFiles.map((name) => [name, contentOf(name)])),
      );
      if (backend === "wasm") await import("@tensorflow/tfjs-backend-wasm");
      expect(await tf.setBackend(backend)).toBe(true);
      expect(away(await predict(tf, loaded, askedRows))).toBeLessThan(1e-5);
      loaded.dispose();
    }
    await tf.setBackend("cpu");
  });

  test("says what stands between its layers", () => {
    const text = (name: (typeof modelFiles)[number]) => new TextDecoder().decode(contentOf(name));
    const { layers } = JSON.parse(text("model.json")).modelTopology.config;
    const hidden = layers.find(({ config }: { config: { name: string } }) => config.name === "hidden_1");
    expect(hidden.config.activation).toBe(activation ?? "relu");
    expect(text("model.safetensors").includes('"activation":"tanh"')).toBe(activation === "tanh");
    const card = text("README.md");
    expect(card).toContain(`(${activation ?? "ReLU"} between the layers`);
    expect(card.includes("np.tanh(values)")).toBe(activation === "tanh");
    expect(card.includes("np.maximum(values, 0)")).toBe(activation === undefined);
  });

  test("says what comes behind its outputs", () => {
    const { modelTopology: _, userDefinedMetadata } = JSON.parse(
      new TextDecoder().decode(contentOf("model.json")),
    );
    const { task } = userDefinedMetadata;
    expect(task.kind).toBe(kind);
    if (kind === "binary") expect(task).toMatchObject({ positive: 1, threshold: expect.any(Number) });
    else expect(task).not.toHaveProperty("threshold");
    expect(userDefinedMetadata.schema.columns).toHaveLength(columns.length);
    expect(new TextDecoder().decode(contentOf("README.md"))).toMatch(
      /made of a table's columns by `schema`.*docs\/models\.md/s,
    );
  });
});

test("both languages show the same examples", () => {
  for (const language of ["python", "js"]) {
    expect(exampleOf("models.ko.md", language)).toBe(exampleOf("models.md", language));
  }
});
