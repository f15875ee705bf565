import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { packageMissing } from "../../shared/errors.ts";
import { fedstep, temporaryFolder } from "./terminal.ts";

vi.mock("../../cdk/peer-packages.ts", () => ({
  requirePackages: (_root: string, ...uses: string[]) => {
    throw packageMissing(`${uses.join(" and ")}: not installed`);
  },
}));

const trainer = { training: { trainer: "tfjs" } };
/** Reading it is refused. */
const data = () => join(temporaryFolder(), "missing.csv");

test("a run whose trainer is not installed is refused before its data is opened", async () => {
  const set = ["--set", "training.trainer=tfjs", "--data", data(), "--label", "kind"];
  const { code, said } = await fedstep(["run", ...set, "--home", join(temporaryFolder(), "home")]);
  expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(/^PackageMissing: .*tfjs: not/) });
});

test.each([
  ["", "PackageMissing"],
  ["--dry-run", "DatasetInvalid"],
])("a study is refused likewise (%s): by %s", async (option, name) => {
  const file = join(temporaryFolder(), "study.json");
  writeFileSync(file, JSON.stringify({ name: "s", preset: "smoke", config: trainer, seeds: [1] }));
  const args = ["study", file, "--data", data(), "--label", "kind", ...(option === "" ? [] : [option])];
  const { code, said } = await fedstep([...args, "--home", join(temporaryFolder(), "home")]);
  expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(new RegExp(`^${name}: `)) });
});
