import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { defaultStackName, ownerOutputs, ownerParameters, usualDataKey } from "../../cdk/outputs.ts";
import { loadOwnerAssembly } from "../../local/assembly/load.ts";
import { coordinatorAccount, localBucket, region } from "../../local/assembly/names.ts";
import type { GivenStack } from "../../local/assembly/other-stacks.ts";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { administratorCredentials } from "../../local/iam/credential-store.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { accountsFileName, accountsSettingFrom } from "../../shared/owners/accounts-file.ts";
import { usualOwnerStack } from "../../shared/owners/stack-names.ts";
import { lookingAt } from "../owner/looked-at.ts";
import type { Session } from "../session.ts";
import type { DemoHome } from "./home.ts";
import type { OwnerTable } from "./tables.ts";

/** Accounts from this number on. */
const firstAccount = 111_111_111_111;

/**
 * The owners of a demonstration, the first so many of them in accounts of their own, of which the emulator has one for each.
 * @throws DatasetInvalid where there are not so many
 */
export function withAccounts(tables: readonly OwnerTable[], count: number): OwnerTable[] {
  if (count > tables.length) {
    throw datasetInvalid(
      `--accounts: takes ${tables.length} at most, since there are ${tables.length} owners`,
    );
  }
  return tables.map((one, at) => (at < count ? { ...one, account: String(firstAccount + at) } : one));
}

/** The owners' stacks as they are deployed: one assembly, with each owner's values of its parameters. */
export async function stacksOf(
  session: Session,
  home: DemoHome,
  tables: readonly OwnerTable[],
  { federation, say }: { readonly federation: string; readonly say: (text: string) => void },
): Promise<GivenStack[]> {
  const owners = tables.flatMap(({ owner, account }) => (account === undefined ? [] : [{ owner, account }]));
  if (owners.length === 0) return [];
  const onSynth = () => say("synthesizing the owners' stack (once per version of the sources)");
  const { directory } = await loadOwnerAssembly({ home: home.coordinator, onSynth, signal: session.signal });
  return owners.map(({ owner, account }) => ({
    account,
    directory,
    parameters: {
      [ownerParameters.ownerName]: owner,
      [ownerParameters.federation]: federation,
      [ownerParameters.coordinatorAccount]: coordinatorAccount,
      [ownerParameters.coordinatorStack]: defaultStackName,
      [ownerParameters.coordinatorBucket]: localBucket,
    },
  }));
}

/** Where a coordinator's commands name the accounts for its stack's next deployment. */
export const accountsFileIn = (home: DemoHome) => join(home.folder, accountsFileName);

/** What the coordinator's stack is deployed with then. @throws AccountsFileInvalid */
export async function accountsSettingIn(home: DemoHome): Promise<string> {
  return accountsSettingFrom(await readFile(accountsFileIn(home), "utf8"), defaultStackName);
}

/** An owner in an account: its people's session, and how they bring their table. */
export interface OwnersPeople {
  readonly session: Session;
  copyTable(file: string): Promise<void>;
}

/** Whose people are who while the owners' stacks are up. @returns undefined of an owner without an account */
export type People = (table: OwnerTable) => OwnersPeople | undefined;

/** Does something while the owners' stacks are up, and no run is on. */
export async function whileDeployed<T>(
  session: Session,
  home: DemoHome,
  stacks: readonly GivenStack[],
  work: (people: People) => Promise<T>,
): Promise<T> {
  if (stacks.length === 0) return work(() => undefined);
  const emulator = await startEmulator({ home: home.coordinator, stacks, signal: session.signal });
  try {
    return await work(({ account }) =>
      account === undefined ? undefined : peopleOf(session, emulator, account),
    );
  } finally {
    await emulator.close();
  }
}

/** Looks at an owner's home, in its folder or in its account. */
export function lookAtOwner<T>(
  session: Session,
  home: DemoHome,
  table: OwnerTable,
  people: People,
  look: Parameters<typeof lookingAt<T>>[2],
): Promise<T> {
  const own = people(table);
  const at = own ? { home: "", stack: usualOwnerStack } : { home: home.ownerHome(table.owner) };
  return lookingAt(own?.session ?? session, at, look);
}

function peopleOf(session: Session, { url, others }: Emulator, account: string): OwnersPeople {
  const settings = { region, endpoint: url, credentials: administratorCredentials(account) };
  return {
    // whose account the command line is set up for
    session: { ...session, account: settings },
    async copyTable(file) {
      const stack = others.find((one) => one.stack.account === account && one.stack.name === usualOwnerStack);
      const Bucket = stack?.stack.outputs.find(({ name }) => name === ownerOutputs.bucket)?.value;
      if (Bucket === undefined) throw new RangeError(`account ${account} has no stack ${usualOwnerStack}`);
      const client = new S3Client({ ...settings, forcePathStyle: true });
      try {
        await client.send(new PutObjectCommand({ Bucket, Key: usualDataKey, Body: await readFile(file) }));
      } finally {
        client.destroy();
      }
    },
  };
}
