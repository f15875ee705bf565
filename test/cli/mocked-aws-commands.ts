import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { flowers } from "./flowers.ts";
import { mockedAws, restoreAws } from "./targets/mocked-aws.ts";
import { fedstep, temporaryFolder } from "./terminal.ts";

/** The AWS and the home of the test that runs. */
export let aws: ReturnType<typeof mockedAws>;
export let home: string;

/** Gives each test of the file that calls it an AWS where nothing has happened, and an empty home. */
export function eachOnMockedAws(): void {
  beforeEach(() => {
    aws = mockedAws();
    home = temporaryFolder();
  });
  afterEach(restoreAws);
}

export const onAws = (command: string, ...args: string[]) =>
  fedstep([command, ...args, "--home", home, "--target", "aws"]);

export const table = () => flowers(home);

export function study(): string {
  const file = join(home, "study.json");
  const config = { partition: { clients: 3, otherShare: 0.2 }, model: { hidden: [5] } };
  const short = { federation: { rounds: 2 }, baseline: { epochs: 1 } };
  writeFileSync(file, JSON.stringify({ name: "short", config: { ...config, ...short }, seeds: [1] }));
  return file;
}

export const runArgs = () => [
  "--data",
  table(),
  "--label",
  "kind",
  "--name",
  "r",
  ...[
    "partition.clients=3",
    "partition.otherShare=0.2",
    "model.hidden=[5]",
    "federation.rounds=2",
    "baseline.epochs=1",
  ].flatMap((one) => ["--set", one]),
];

/** Every command that takes --target aws, with what else it takes. */
export const commands: readonly (readonly [command: string, args: () => string[]])[] = [
  ["run", runArgs],
  ["study", () => [study(), "--data", table(), "--label", "kind"]],
  ["follow", () => ["r"]],
  ["stop", () => ["r"]],
  ["resume", () => ["r"]],
  ["cost", () => ["r"]],
  ["runs", () => []],
  ["show", () => ["r"]],
  ["report", () => ["r"]],
  ["compare", () => ["r", "s"]],
  ["verify", () => ["r"]],
  ["predict", () => ["r", table()]],
];
