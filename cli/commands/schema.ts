import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { assertWritable } from "../../owner/leaving.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { encodedFeatures } from "../../shared/schema/encode.ts";
import { featureColumns } from "../../shared/schema/table-schema.ts";
import { visible } from "../../shared/visible.ts";
import type { SaidDialect } from "../../tables/csv/dialect.ts";
import { inferTableSchema } from "../../tables/infer-table-schema.ts";
import { tableFiles } from "../dataset/open-by-schema.ts";
import { names } from "../names.ts";
import { options } from "../options.ts";
import type { Session } from "../session.ts";

interface InferOptions {
  readonly data?: string;
  readonly clients?: string;
  readonly label: string;
  readonly csv?: SaidDialect;
  readonly ids: string[];
  readonly drop: string[];
  readonly features: string[];
  readonly out: string;
}

export function schemaCommand(command: Command, session: Session): Command {
  command
    .command("infer")
    .description("propose a schema of the tables that there are, for you to review")
    .addOption(options.data())
    .addOption(options.clients())
    .requiredOption("--label <column>", "the column that is to be predicted")
    .option("--ids <columns>", "columns that tell rows apart: never read", names, [])
    .option("--drop <columns>", "columns that are left out: never read", names, [])
    .option("--features <columns>", "columns that are no ids, though each row has another value", names, [])
    .addOption(options.csv())
    .requiredOption("--out <file>", "JSON file that is written")
    .addHelpText(
      "after",
      `
It reads all rows. Numbers and dates stay what they are, words become categories, columns of other values in each row ids, and
gaps take the mean of the others beside a feature that tells of them. Look at what it says, change the file, and give it to fedstep
run and partition by --schema.

Examples:
  fedstep schema infer --clients ./hospitals --label outcome --out schema.json
  fedstep schema infer --data patients.csv --label outcome --out schema.json`,
    )
    .action((given: InferOptions) => infer(session, given));
  return command;
}

async function infer(
  session: Session,
  { data, clients, label, csv, ids, drop, features, out }: InferOptions,
): Promise<void> {
  if ((data === undefined) === (clients === undefined)) {
    throw datasetInvalid("--data and --clients: take one, a CSV file or a folder with one an owner");
  }
  await assertWritable(out);
  const files = await tableFiles(
    clients === undefined ? { path: data ?? "", origin: "--data" } : { path: clients, origin: "--clients" },
  );
  const { schema, notes } = await inferTableSchema(files, label, {
    said: csv,
    roles: { id: ids, drop, feature: features },
    signal: session.signal,
  });
  for (const note of notes) session.say(`note: ${visible(note)}`);
  await writeFile(out, `${JSON.stringify(schema, null, 2)}\n`);
  const { task, classes } = schema.label;
  const target = classes ? `${task} of ${classes.map(visible).join(", ")}` : task;
  session.print(
    `${out} is written: ${visible(schema.label.name)}, a ${target}, from ${encodedFeatures(schema).length} features of ` +
      `${featureColumns(schema).length} columns. Review it, and go on with\n` +
      `  fedstep run ${clients === undefined ? `--data ${data}` : `--clients ${clients}`} --schema ${out}`,
  );
}
