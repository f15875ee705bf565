import { Command, Option } from "commander";
import { costTable } from "../../report/cost-table.ts";
import { type DataSize, mnistSize } from "../../shared/cost/data-size.ts";
import { estimateRun } from "../../shared/cost/estimate.ts";
import { prices } from "../../shared/prices.ts";
import { checkConfig } from "../../shared/workflow/check-config.ts";
import { type ConfigOptions, configFrom, options, positiveInteger } from "../options.ts";
import type { Session } from "../session.ts";

interface CostOptions extends ConfigOptions {
  readonly examples?: number;
  readonly features?: number;
  readonly classes?: number;
  readonly json?: boolean;
}

export function costCommand(session: Session): Command {
  const size = (name: string, of: string) =>
    new Option(
      `--${name} <n>`,
      `${of} of the data set (default: ${mnistSize[name as "examples"]}, as MNIST)`,
    ).argParser(positiveInteger);
  return new Command("cost")
    .description("estimate what a run costs on AWS; nothing is opened, written or started")
    .addOption(options.preset())
    .addOption(options.config())
    .addOption(options.set())
    .addOption(size("examples", "examples"))
    .addOption(size("features", "features"))
    .addOption(size("classes", "classes"))
    .addOption(options.json())
    .addHelpText(
      "after",
      `
With --features the data set is reckoned as a table of floats, without it as images like MNIST's.

Examples:
  fedstep cost --preset paper
  fedstep cost --preset tuned --set federation.rounds=500 --set federation.fraction=0.5
  fedstep cost --config my.json --examples 150000 --features 40 --classes 2 --json`,
    )
    .action((given: CostOptions) => cost(session, given));
}

async function cost(session: Session, given: CostOptions): Promise<void> {
  const config = await configFrom(given);
  checkConfig(config);
  const size = sizeOf(given);
  const estimate = estimateRun(config, size);
  session.print(
    given.json ? JSON.stringify({ prices, size, ...estimate }, null, 2) : costTable(config, estimate),
  );
}

function sizeOf({
  examples = mnistSize.examples,
  features,
  classes = mnistSize.classes,
}: CostOptions): DataSize {
  const testExamples = Math.floor(examples * (mnistSize.testExamples / mnistSize.examples));
  const size = { ...mnistSize, examples, classes, testExamples };
  return features === undefined ? size : { ...size, features, valueBytes: 4, filled: 1 };
}
