import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { localBucket } from "../../local/assembly/names.ts";
import { repeatArguments } from "../../report/repeat-command.ts";
import { keys } from "../../shared/layout.ts";
import { randomStream } from "../../shared/random.ts";
import { partitionRecord } from "../../shared/workflow/plan-record.ts";
import { resultRecord } from "../../shared/workflow/result-record.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

const header = ["income", "species", "wavelength", "noise"];
const species = ["aspen", "birch", "cedar"];

/**
 * Rows of three classes whose centers lie far apart in two columns, of which one is in the tens of thousands and the
 * other in millionths; the third column tells nothing.
 */
function rows(count: number, seed: number, shares: readonly number[]): string[][] {
  const stream = randomStream(seed, "start");
  // the sum of twelve has deviation 1
  const spread = () => Array.from({ length: 12 }, () => stream.unit()).reduce((sum, u) => sum + u, -6);
  return Array.from({ length: count }, () => {
    const pick = stream.unit();
    const label = pick < (shares[0] ?? 0) ? 0 : pick < (shares[0] ?? 0) + (shares[1] ?? 0) ? 1 : 2;
    const [across, along] = [
      [-4, 0],
      [4, 0],
      [0, 6],
    ][label] as [number, number];
    return [
      `${50_000 + 4_000 * (across + spread())}`,
      species[label] as string,
      `${5e-7 + 3e-8 * (along + spread())}`,
      `${spread()}`,
    ];
  });
}

const csv = (head: readonly string[], lines: readonly string[][]) =>
  `${[head, ...lines].map((line) => line.join(",")).join("\n")}\n`;

const owners = {
  north: rows(150, 1, [0.7, 0.2, 0.1]),
  south: rows(90, 2, [0.1, 0.1, 0.8]),
  west: rows(210, 3, [0.2, 0.7, 0.1]),
};

const briefly = [
  ...["--set", "model.hidden=[8]", "--set", "training.batchSize=8"],
  ...["--set", "federation.rounds=5", "--set", "baseline.epochs=5"],
];

async function run(name: string, ...args: string[]) {
  const home = sharedHome();
  const given = ["run", "--home", home, "--name", name, "--label", "species", "--json", ...briefly, ...args];
  const { code, said, output } = await fedstep(given);
  expect({ code, said }).toEqual({ code: 0, said: "" });
  return resultRecord.parse(JSON.parse(output));
}

describe("a federation of owners' CSV files", () => {
  test("learns what no unit hides, and keeps the names of owners, features and classes", async () => {
    const folder = join(temporaryFolder(), "forests");
    mkdirSync(folder);
    const west = owners.west.map(
      ([income, label, length, noise]) => [noise, length, label, income] as string[],
    );
    writeFileSync(join(folder, "north.csv"), csv(header, owners.north));
    writeFileSync(join(folder, "south.csv.gz"), gzipSync(csv(header, owners.south)));
    writeFileSync(join(folder, "west.csv"), csv(["noise", "wavelength", "species", "income"], west));

    const result = await run("owners", "--clients", folder);
    // a third by chance
    expect(result.federated.accuracy).toBeGreaterThan(0.95);
    expect(result.baseline?.accuracy).toBeGreaterThan(0.95);
    expect(result.config.partition).toEqual({ kind: "natural-id", clients: 3 });
    expect(result.dataset).toMatchObject({
      name: "forests",
      examples: 450,
      owners: ["north", "south", "west"],
      featureNames: ["income", "wavelength", "noise"],
      classNames: species,
    });
    const parts = Object.values(owners).map((lines) =>
      species.map((kind) => lines.filter(([, of]) => of === kind).length),
    );
    expect(result.clients.map(({ labelCounts }) => labelCounts)).toEqual(parts);

    const stored = join(sharedHome(), "s3", localBucket, keys.partition("owners"));
    const { scaling } = partitionRecord.parse(JSON.parse(readFileSync(stored, "utf8")));
    expect(scaling?.mean[0]).toBeGreaterThan(40_000);
    expect(scaling?.deviation[1]).toBeLessThan(1e-6);
  });
});

describe("one CSV file", () => {
  test("is divided by a partitioner, and learnt", async () => {
    const file = join(temporaryFolder(), "forests.csv");
    writeFileSync(file, csv(header, Object.values(owners).flat()));
    const division = ["--set", "partition.kind=dirichlet", "--set", "partition.clients=4"];
    const result = await run("pooled", "--data", file, ...division);
    expect(result.federated.accuracy).toBeGreaterThan(0.9);
    expect(result.dataset).toMatchObject({ name: "forests", source: "file", classNames: species });
    expect(result.dataset.owners).toBeUndefined();
    expect(result.clients).toHaveLength(4);

    const command = repeatArguments(result);
    const at = command.indexOf("--data");
    expect(command.slice(at)).toEqual(["--data", "forests.csv", "--label", "species"]);
    const again = await fedstep([
      ...command.with(at + 1, file),
      ...["--home", sharedHome(), "--name", "pooled-again", "--json"],
    ]);
    const repeated = resultRecord.parse(JSON.parse(again.output));
    expect(repeated.federated.weightsSha256).toBe(result.federated.weightsSha256);
  });

  test("of fewer rows than a preset's limit takes part whole", async () => {
    const file = join(temporaryFolder(), "few.csv");
    writeFileSync(file, csv(header, Object.values(owners).flat()));
    const result = await run("few", "--data", file, "--preset", "smoke");
    expect(result.config.dataset.limit).toBeNull();
    expect(result.clients.flatMap(({ labelCounts }) => labelCounts).reduce((sum, n) => sum + n)).toBe(450);
    const refused = await fedstep([
      "run",
      "--data",
      file,
      "--label",
      "species",
      "--set",
      "dataset.limit=451",
    ]);
    expect(refused.said).toMatch(/dataset\.limit: 451 is more than the data set's 450/);
  });
});
