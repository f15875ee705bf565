import { Command } from "commander";
import { leaksText } from "../../owner/leaks/find-leaks.ts";
import { configInvalid, datasetInvalid, rowsLeaked } from "../../shared/errors.ts";
import { lookAtOwner, stacksOf, whileDeployed, withAccounts } from "../demo/accounts.ts";
import { makeDemoHome } from "../demo/home.ts";
import { agreedText, federation, joinAll, simulatedText } from "../demo/join.ts";
import { outcomesOf, outcomeTable } from "../demo/outcome.ts";
import { prove } from "../demo/proof.ts";
import { givenTables, type OwnerTables, withSimulated, writeClinics } from "../demo/tables.ts";
import { run, trainAll } from "../demo/train.ts";
import { requireWebAssembly } from "../machine-limits.ts";
import { names } from "../names.ts";
import { options, positiveInteger } from "../options.ts";
import type { Session } from "../session.ts";
import { localReading } from "../targets/local.ts";

interface DemoOptions {
  readonly home?: string;
  readonly data?: string;
  readonly label?: string;
  readonly ids?: string[];
  readonly drop?: string[];
  readonly set: readonly string[];
  readonly rounds?: string;
  readonly accounts?: number;
  readonly simulated?: number;
  readonly masks?: boolean;
  readonly json?: boolean;
}

/** Small enough for a laptop to do in half a minute, and for the clinics to gain by it. */
const usual = [
  ...["model.hidden=[16]", "training.learningRate=0.1", "training.batchSize=16", "training.localEpochs=1"],
  "federation.rounds=10",
];

const maskedSettings = ["federation.secureAggregation.helpers=owners"];

export function demoCommand(command: Command, session: Session): Command {
  return command.addCommand(
    new Command("owners")
      .description(
        "a coordinator and owners who keep their data, each a process on this machine, and what has left them",
      )
      .option("--home <dir>", "where it is laid out (default: a temporary folder, which stays)")
      .option("--data <dir>", "CSV files, one an owner (default: four clinics that are made up)")
      .option("--label <column>", "of these files: the column to predict (default: the last one)")
      .option("--ids <columns>", "of these files: columns that tell rows apart, which nobody reads", names)
      .option("--drop <columns>", "of these files: columns that are left out", names)
      .option(
        "--accounts <n>",
        "so many of the owners in accounts of their own, which the emulator has, and the others ask for their jobs",
        positiveInteger,
      )
      .option(
        "--simulated <n>",
        "so many of the tables, the last ones, as the coordinator's own: clients that it trains from its bucket",
        positiveInteger,
      )
      .option(
        "--masks",
        "updates leave behind masks, which three of the owners take off their sum alone (federation.secureAggregation.helpers=owners)",
      )
      .addOption(options.set())
      .option("--rounds <n>", "rounds of training, short for --set federation.rounds=<n>")
      .addOption(options.json())
      .addHelpText(
        "after",
        `
It gives the commands that owners and a coordinator give, and lays out DIR/coordinator, DIR/owners/NAME, and DIR/mail with
what went between them. At the end it looks through all that the coordinator has for pieces of the owners' rows.

Examples:
  fedstep demo owners
  fedstep demo owners --home tour --rounds 20
  fedstep demo owners --accounts 2
  fedstep demo owners --masks
  fedstep demo owners --accounts 1 --simulated 1
  fedstep demo owners --data ./hospitals --label outcome --ids patient_id --json`,
      )
      .action((given: DemoOptions) => demonstrate(session, given)),
  );
}

async function demonstrate(session: Session, given: DemoOptions): Promise<void> {
  requireWebAssembly();
  const { json = false, data, rounds, set, accounts = 0, simulated = 0, masks = false } = given;
  const say = json ? () => {} : session.print;
  const foreign =
    data === undefined ? (["label", "ids", "drop"] as const).find((one) => given[one]) : undefined;
  if (foreign) throw datasetInvalid(`--${foreign}: is of the files that --data names; leave it out`);
  if (masks && accounts > 0) {
    throw configInvalid(
      "--masks: cannot go with --accounts yet, since owners in accounts of their own are invoked for updates alone: leave one of the two out",
    );
  }
  const home = await makeDemoHome(given.home);
  const found: OwnerTables =
    data === undefined ? await writeClinics(home.tables) : await givenTables(data, given, session.signal);
  const divided = simulated === 0 ? found : withSimulated(found, simulated);
  const tables = { ...divided, tables: withAccounts(divided.tables, accounts) };
  const stacks = await stacksOf(session, home, tables.tables, { federation, say });
  say(`${home.folder} holds everything of it, and stays: remove it when you have seen enough\n`);
  const settings = [
    ...usual,
    ...(masks ? maskedSettings : []),
    ...set,
    ...(rounds === undefined ? [] : [`federation.rounds=${rounds}`]),
  ];
  const joined = await joinAll(session, home, tables, settings, { stacks, masks });
  for (const one of joined.told) say(agreedText(joined, one));
  for (const line of simulatedText(joined)) say(line);
  const result = await trainAll(session, home, tables.tables, { quiet: json, stacks });
  const storage = await localReading(home.coordinator);
  try {
    const { objects } = storage;
    const owners = await whileDeployed(session, home, stacks, (people) => {
      const entriesOf = async (owner: string) => {
        const table = tables.tables.find((one) => one.owner === owner);
        return table ? lookAtOwner(session, home, table, people, async ({ log }) => log.entries) : [];
      };
      return outcomesOf(entriesOf, joined, result, objects);
    });
    const proof = await prove(home, joined.agreed, tables.tables, objects, session.signal);
    const { weightsSha256 } = result.federated;
    if (json)
      session.print(JSON.stringify({ home: home.folder, result, owners, weightsSha256, proof }, null, 2));
    else {
      say(`\n${outcomeTable(owners, result)}\nweights sha256 ${weightsSha256}\n\n${leaksText(proof)}`);
      const own = tables.tables.find(({ account }) => account === undefined);
      const log = own ? `\n      fedstep owner log --home ${home.ownerHome(own.owner)}` : "";
      say(`\nNext: fedstep show ${run} --home ${home.coordinator}${log}`);
    }
    if (proof.leaks.length > 0)
      throw rowsLeaked(
        `${proof.leaks.length} pieces of owners' rows lie at the coordinator's of ${federation}`,
      );
  } finally {
    await storage.close();
  }
}
