import { Command } from "commander";
import { partitionHeatmap } from "../../report/partition-heatmap.ts";
import { partitionTable } from "../../report/partition-table.ts";
import { skewSummary } from "../../report/skew.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { skewOf } from "../../shared/partition/skew.ts";
import { type ConfigOptions, configFrom, options } from "../options.ts";
import { announcedDataset } from "../run/announced-dataset.ts";
import type { Session } from "../session.ts";

interface PartitionOptions extends ConfigOptions {
  readonly data?: string;
  readonly json?: boolean;
  readonly table?: boolean;
}

/** Clients whose table still fits on two screens. */
const tableClients = 20;

export function partitionCommand(session: Session): Command {
  return new Command("partition")
    .description("show how a configuration divides the data set among the clients; nothing is written")
    .addOption(options.preset())
    .addOption(options.config())
    .addOption(options.set())
    .addOption(options.data())
    .option("--table", `print the label table of more than ${tableClients} clients too`)
    .addOption(options.json())
    .addHelpText(
      "after",
      `
Examples:
  fedstep partition --preset paper
  fedstep partition --preset paper --set partition.otherShare=0.01 --data ./mnist
  fedstep partition --preset paper --set partition.kind=dirichlet --set partition.alpha=0.1
  fedstep partition --set partition.kind=shard --set partition.clients=100 --table`,
    )
    .action((given: PartitionOptions) => partition(session, given));
}

async function partition(session: Session, given: PartitionOptions): Promise<void> {
  const config = await configFrom(given);
  const dataset = await announcedDataset(session, given.data, given.json ? () => {} : session.say);
  const { clients } = partitionDataset(dataset.examples.y, dataset.classes, config, dataset.officialTest);
  const labelCounts = clients.map((client) => client.labelCounts);
  const { clients: skews, ...skew } = skewOf(labelCounts);
  if (given.json) {
    const rows = clients.map(({ client, labelCounts, train, test }) => ({
      client,
      labelCounts,
      train: train.length,
      heldOut: test.length,
      skew: skews[client],
    }));
    session.print(
      JSON.stringify({ dataset: dataset.name, source: dataset.source, clients: rows, skew }, null, 2),
    );
    return;
  }
  const tabulated = given.table || clients.length <= tableClients;
  session.print(
    [
      tabulated
        ? partitionTable(labelCounts)
        : `${clients.length} clients; --table prints how many examples of each label they have`,
      partitionHeatmap(labelCounts),
      skewSummary({ clients: skews, ...skew }),
    ].join("\n\n"),
  );
}
