import { join } from "node:path";
import { Command } from "commander";
import { keysIn } from "../../owner/accepted.ts";
import { openHome } from "../../owner/home.ts";
import { doorOf } from "../../owner/run/door-address.ts";
import { DoorClient } from "../../owner/run/door-client.ts";
import { locally, Pace } from "../../owner/run/pace.ts";
import { signedFederation } from "../../owner/run/signed-federation.ts";
import { takePart } from "../../owner/run/take-part.ts";
import { Transport } from "../../owner/run/transport.ts";
import { whileLocked } from "../../owner/storage/lock.ts";
import { readBundle } from "../../owner/train.ts";
import { visible } from "../../shared/visible.ts";
import { readNamed } from "../../tables/named-path.ts";
import { readBySchema } from "../../tables/read-by-schema.ts";
import { trainingFunction } from "../federation/training-function.ts";
import type { Session } from "../session.ts";
import { usualHome } from "../targets/target.ts";
import { type OwnerOptions, ownerOptions } from "./owner-options.ts";

interface RunOptions extends OwnerOptions {
  readonly data: string;
  readonly federation?: string;
  readonly door?: string;
  readonly ca?: string;
  readonly ask?: boolean;
  readonly once?: boolean;
  readonly untilDone?: boolean;
}

export function runOwnerCommand(session: Session): Command {
  return new Command("run")
    .description("take part: ask for jobs, do what policy and agreement allow, send the updates")
    .addOption(ownerOptions.data())
    .option("--federation <name>", "which one, where the owner is a member of several")
    .option("--door <url>", "the door on this machine, where the agreement names none")
    .option(
      "--ca <file>",
      "certificates in PEM that are trusted too: of a proxy, or of an authority of your own",
    )
    .option("--ask", "have each run wait until fedstep owner allow lets it through")
    .option("--once", "end after one job")
    .option("--until-done", "end after the last job of a run, or when it asks for no more")
    .addOption(ownerOptions.home())
    .addHelpText(
      "after",
      `
It listens nowhere, and talks to the hosts that fedstep owner agreement names: by the proxy of HTTPS_PROXY, unless
NO_PROXY says otherwise. Ctrl-C ends it at any time; started again, it goes on where it was.

Examples:
  fedstep owner run --data patients.csv
  fedstep owner run --data patients.csv --ask --ca hospital-ca.pem
  fedstep owner run --data patients.csv --door http://127.0.0.1:4566/lambda_url/000000000000/fedstep-Door/ --until-done`,
    )
    .action((given: RunOptions) => run(session, given));
}

async function run(session: Session, given: RunOptions): Promise<void> {
  const { home: place, data, ask = false, once = false, untilDone = false } = given;
  const { storage } = await openHome(place);
  await whileLocked(storage.place, () => whileRunning(), { lock: "running" });

  async function whileRunning(): Promise<void> {
    const home = await openHome(storage);
    for (const note of home.log.notes) session.say(note);
    const agreed = await signedFederation(home, given.federation);
    const address = doorOf(agreed, given.door);
    const { directory } = await trainingFunction(session, session.env.FEDSTEP_HOME ?? usualHome);
    const bundle = await readBundle(join(directory, "index.mjs"));
    const transport = await Transport.open(address, given.ca);
    const tell = (line: string) =>
      session.print(`${new Date().toISOString().slice(0, 19)}Z  ${visible(line)}`);
    try {
      const keys = async () => {
        const now = await openHome(storage);
        return keysIn(now, await signedFederation(now, agreed.federation));
      };
      const client = new DoorClient(agreed.federation, address, transport, keys, tell);
      tell(
        `${home.owner.name} takes part in ${agreed.federation}, version ${agreed.version}, and asks ${address.host}`,
      );
      await takePart({
        ...{ storage, agreed, address, client, transport, bundle, ask, tell },
        ...(address.local && { pace: new Pace(locally) }),
        readData: async ({ schema }) =>
          readBySchema(await readNamed(data, "--data", session.signal), schema, session.signal),
        until: once ? "one job" : untilDone ? "final pass" : "stopped",
        signal: session.signal,
      });
    } finally {
      await transport.close();
    }
  }
}
