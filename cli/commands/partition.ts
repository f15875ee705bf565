import type { Command } from "commander";
import { partitionHeatmap } from "../../report/partition-heatmap.ts";
import { partitionTable } from "../../report/partition-table.ts";
import { skewSummary } from "../../report/skew.ts";
import { withinData } from "../../shared/config/preset-limit.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { skewOf } from "../../shared/partition/skew.ts";
import { takesNumbers } from "../../shared/task/tasks.ts";
import type { DataOptions } from "../dataset/open.ts";
import { type ConfigOptions, configFrom, options } from "../options.ts";
import { announcedDataset } from "../run/announced-dataset.ts";
import type { Session } from "../session.ts";

interface PartitionOptions extends ConfigOptions, DataOptions {
  readonly json?: boolean;
  readonly table?: boolean;
}

/** Clients whose table still fits on two screens. */
const tableClients = 20;

export function partitionCommand(command: Command, session: Session): Command {
  return command
    .addOption(options.preset())
    .addOption(options.config())
    .addOption(options.set())
    .addOption(options.data())
    .addOption(options.label())
    .addOption(options.classes())
    .addOption(options.select())
    .addOption(options.csv())
    .addOption(options.schema())
    .addOption(options.clients())
    .option("--table", `print the label table of more than ${tableClients} clients too`)
    .addOption(options.json())
    .addHelpText(
      "after",
      `
Examples:
  fedstep partition --preset paper
  fedstep partition --preset paper --set partition.otherShare=0.01 --data ./mnist
  fedstep partition --preset paper --set partition.kind=dirichlet --set partition.alpha=0.1
  fedstep partition --set partition.kind=shard --set partition.clients=100 --table
  fedstep partition --clients ./hospitals --label outcome`,
    )
    .action((given: PartitionOptions) => partition(session, given));
}

async function partition(session: Session, given: PartitionOptions): Promise<void> {
  const chosen = await configFrom(given);
  const say = given.json ? () => {} : session.say;
  const dataset = await announcedDataset(session, { ...given, numbers: takesNumbers(chosen) }, say);
  const config = withinData(chosen, dataset.examples.count);
  const { clients } = partitionDataset(dataset.examples.y, dataset.classes, config, dataset);
  const clientNames = dataset.owners?.map(({ name }) => name);
  const labelCounts = clients.map((client) => client.labelCounts);
  const { clients: skews, ...skew } = skewOf(labelCounts);
  if (given.json) {
    const rows = clients.map(({ client, labelCounts, train, test }) => ({
      client,
      ...(clientNames && { name: clientNames[client] }),
      labelCounts,
      train: train.length,
      heldOut: test.length,
      skew: skews[client],
    }));
    session.print(
      JSON.stringify(
        {
          dataset: dataset.name,
          source: dataset.source,
          ...(dataset.classNames && { classNames: dataset.classNames }),
          clients: rows,
          skew,
        },
        null,
        2,
      ),
    );
    return;
  }
  const tabulated = given.table || clients.length <= tableClients;
  session.print(
    [
      tabulated
        ? partitionTable(labelCounts, { clientNames, labelNames: dataset.classNames })
        : `${clients.length} clients; --table prints how many examples of each label they have`,
      partitionHeatmap(labelCounts, { clientNames }),
      skewSummary({ clients: skews, ...skew }),
    ].join("\n\n"),
    "styled",
  );
}
