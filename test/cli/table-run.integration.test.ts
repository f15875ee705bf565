import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { evaluateByTensorflow, loadFromFiles } from "../shared/model/export/loaded-model.ts";
import { predicted, smoke } from "./smoke-run.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

describe("fedstep run --preset smoke", () => {
  const home = sharedHome();

  test("of a table, predicts rows as they stand in it", async () => {
    const table = join(temporaryFolder(), "plants.csv");
    // three kinds of very different units, apart in both
    const rows = Array.from({ length: 90 }, (_, i) => {
      const wiggle = ((i * 7) % 10) / 10;
      return `${1000 * (i % 3) + 300 * wiggle},${["moss", "fern", "oak"][i % 3]},${0.001 * (i % 3) - 0.0004 * wiggle}`;
    });
    writeFileSync(table, ["height,kind,leaf", ...rows].join("\n"));
    const data = [
      "--data",
      table,
      "--label",
      "kind",
      "--set",
      "partition.kind=iid",
      "--set",
      "dataset.limit=null",
    ];
    const trained = ["--name", "plants", "--set", "federation.rounds=15", "--set", "baseline.epochs=15"];
    const result = await smoke(home, ...trained, ...data);
    expect(result.federated.accuracy).toBeGreaterThan(0.9);
    const asked = await fedstep(["predict", "plants", table, "--home", home, "--json"]);
    expect(asked).toMatchObject({ code: 0, said: "" });
    const said = predicted.parse(JSON.parse(asked.output));
    expect(said.accuracy.federated).toBeGreaterThan(0.9);
    const files = join(home, "runs", "plants", "models", "federated");
    const loaded = await loadFromFiles({
      "model.json": readFileSync(join(files, "model.json"), "utf8"),
      "weights.bin": readFileSync(join(files, "weights.bin")),
    });
    const x = Float32Array.from(
      rows.flatMap((row) =>
        row
          .split(",")
          .filter((_, i) => i !== 1)
          .map(Number),
      ),
    );
    const examples = { x, y: new Int32Array(rows.length), count: rows.length, features: 2 };
    const { probabilities } = await evaluateByTensorflow(loaded, examples);
    const away = said.examples.flatMap((example, i) =>
      Object.values(example.federated.probabilities).map((p, c) =>
        Math.abs(p - (probabilities[i]?.[c] ?? Number.NaN)),
      ),
    );
    expect(Math.max(...away)).toBeLessThan(1e-4);
    expect(readFileSync(join(files, "README.md"), "utf8")).toMatch(/\| moss +\| +\d+ \|/);
  });
});
