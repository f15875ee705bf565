import { Command } from "commander";
import { partitionTable } from "../../report/partition-table.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { type ConfigOptions, configFrom, options } from "../options.ts";
import { announcedDataset } from "../run/announced-dataset.ts";
import type { Session } from "../session.ts";

interface PartitionOptions extends ConfigOptions {
  readonly data?: string;
  readonly json?: boolean;
}

export function partitionCommand(session: Session): Command {
  return new Command("partition")
    .description("show how a configuration divides the data set among the clients; nothing is written")
    .addOption(options.preset())
    .addOption(options.config())
    .addOption(options.set())
    .addOption(options.data())
    .addOption(options.json())
    .addHelpText(
      "after",
      `
Examples:
  fedstep partition --preset paper
  fedstep partition --preset paper --set partition.otherShare=0.01 --data ./mnist`,
    )
    .action((given: PartitionOptions) => partition(session, given));
}

async function partition(session: Session, given: PartitionOptions): Promise<void> {
  const config = await configFrom(given);
  const dataset = await announcedDataset(session, given.data, given.json ? () => {} : session.say);
  const { clients } = partitionDataset(dataset.examples.y, dataset.classes, config);
  const counts = clients.map(({ client, labelCounts, train, test }) => ({
    client,
    labelCounts: [...labelCounts],
    train: train.length,
    heldOut: test.length,
  }));
  session.print(
    given.json
      ? JSON.stringify({ dataset: dataset.name, source: dataset.source, clients: counts }, null, 2)
      : partitionTable(counts.map(({ labelCounts }) => labelCounts)),
  );
}
