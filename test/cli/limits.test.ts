import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

/** A home that holds nothing but the assembly, which says what a run is offered here. */
function freshHome(): string {
  const home = join(temporaryFolder(), "home");
  mkdirSync(home);
  symlinkSync(join(sharedHome(), "assemblies"), join(home, "assemblies"));
  return home;
}

/** Files in the bucket, and executions. */
function writtenTo(home: string): string[] {
  return ["s3", "executions", "runs", "studies"]
    .map((folder) => join(home, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

describe("what AWS would not take is refused with exit code 2, and nothing is written, by", () => {
  test.each<[string, string[], RegExp]>([
    [
      "a budget",
      ["--preset", "smoke", "--budget", "0.001"],
      /BudgetTooSmall: federation\.budget: 0\.001 dollars/,
    ],
    [
      "a budget that is none",
      ["--preset", "smoke", "--budget", "much"],
      /ConfigInvalid: federation\.budget: got "much"/,
    ],
    [
      "a function's memory",
      ["--preset", "paper", "--set", "model.hidden=[17000]"],
      /LambdaMemoryTooSmall: model\.hidden: AggregateRound .* has 1769; take narrower layers/,
    ],
    [
      "the size of a state",
      ["--preset", "paper", "--set", "partition.clients=2500", "--set", "federation.evaluation=test-set"],
      /PayloadTooLarge: partition\.clients: .* lower partition\.clients/,
    ],
  ])("fedstep run: %s", async (_what, args, message) => {
    const home = freshHome();
    const { code, said } = await fedstep(["run", "--home", home, ...args]);
    expect(said).toMatch(message);
    expect(code).toBe(2);
    expect(writtenTo(home)).toEqual([]);
  });

  test("fedstep study, which names the cell", async () => {
    const [file, home] = [join(temporaryFolder(), "study.json"), freshHome()];
    const vary = { "model.hidden": [[8], [17_000]] };
    const set = { partition: { kind: "iid", clients: 10 } };
    writeFileSync(file, JSON.stringify({ name: "wide", preset: "smoke", config: set, vary, seeds: [1] }));
    for (const how of [[], ["--dry-run"]]) {
      const { code, said } = await fedstep(["study", file, "--home", home, ...how]);
      expect(said).toMatch(/LambdaMemoryTooSmall: model\.hidden: .*\[in .*17000.*, seed 1\]/);
      expect(code).toBe(2);
    }
    expect(writtenTo(home)).toEqual([]);
  });
});
