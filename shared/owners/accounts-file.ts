import * as z from "zod";
import { canonicalJson } from "../canonical-json.ts";
import { accountsFileInvalid } from "../errors.ts";
import { problemsOf } from "../problems-of.ts";
import { accountId, type OwnersAccount, ownerStackName, ownersAccount } from "./account.ts";
import { federationName } from "./agreement-name.ts";

/** The file beside cdk.json that names owners' accounts, for the coordinator's stack to be synthesized with. */
export const accountsFileName = "federation.json";

/** Of each federation of a stack, the accounts of its owners. */
const federations = z.record(federationName, z.array(ownersAccount));

export const accountsFile = z.strictObject({
  format: z.literal(1),
  /** By the name of the coordinator's stack. */
  stacks: z.record(ownerStackName, federations),
});

export type AccountsFile = Readonly<z.output<typeof accountsFile>>;

/** An owner's account as a stack knows it. */
export interface FederationsAccount extends OwnersAccount {
  readonly federation: string;
}

/** @param text undefined where there is no file yet @throws AccountsFileInvalid */
export function parseAccountsFile(text: string | undefined, name: string): AccountsFile {
  if (text === undefined) return { format: 1, stacks: {} };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw accountsFileInvalid(`${name}: is not JSON; ${writesIt}`, { cause });
  }
  const parsed = accountsFile.safeParse(value);
  if (!parsed.success) throw accountsFileInvalid(`${name}: ${problemsOf(parsed.error)}; ${writesIt}`);
  return parsed.data;
}

const writesIt = "fedstep federation add and remove write it from a federation's list";

/** All accounts of a stack's federations, in their order. */
export function accountsOf(file: AccountsFile, stack: string): FederationsAccount[] {
  const ofStack = [...federationsOf(file, stack)].sort(([a], [b]) => (a < b ? -1 : 1));
  return ofStack.flatMap(([federation, accounts]) =>
    accounts.toSorted(byAccount).map((one) => ({ federation, ...one })),
  );
}

/** A stack may have any name, that of what every object has too. */
const federationsOf = ({ stacks }: AccountsFile, stack: string) =>
  new Map(Object.entries(new Map(Object.entries(stacks)).get(stack) ?? {}));

/** The file with other accounts for one federation; none take it out. */
export function withAccounts(
  file: AccountsFile,
  stack: string,
  federation: string,
  accounts: readonly OwnersAccount[],
): AccountsFile {
  const ofStack = federationsOf(file, stack);
  if (accounts.length > 0) ofStack.set(federation, accounts.toSorted(byAccount));
  else ofStack.delete(federation);
  const stacks = new Map(Object.entries(file.stacks));
  if (ofStack.size > 0) stacks.set(stack, Object.fromEntries(ofStack));
  else stacks.delete(stack);
  return { format: 1, stacks: Object.fromEntries(stacks) };
}

/** Always the same text for the same accounts. */
export function accountsText(file: AccountsFile): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(file)), null, 2)}\n`;
}

const byAccount = (a: OwnersAccount, b: OwnersAccount) => (a.account < b.account ? -1 : 1);

/** One of them in a line of settings: FEDERATION=ACCOUNT/STACK. */
const settingsEntry = z
  .string()
  .transform((text) => /^(?<federation>[^=]*)=(?<account>[^/]*)\/(?<stack>.*)$/.exec(text)?.groups)
  .pipe(
    z.object(
      { federation: federationName, account: accountId, stack: ownerStackName },
      { error: "takes FEDERATION=ACCOUNT/STACK, separated by commas" },
    ),
  );

/** Accounts as a setting of the stack has them; an empty text names none. */
export const accountsSetting = z
  .string()
  .transform((text) => (text === "" ? [] : text.split(",")))
  .pipe(z.array(settingsEntry))
  .superRefine((all, context) => {
    const places = all.map(({ federation, account }) => `${federation}=${account}`);
    const twice = places.find((place, at) => places.indexOf(place) < at);
    if (twice !== undefined) {
      context.addIssue({ code: "custom", message: `names an account twice: ${twice}` });
    }
  });

export const accountsSettingOf = (all: readonly FederationsAccount[]): string =>
  all.map(({ federation, account, stack }) => `${federation}=${account}/${stack}`).join(",");

/** What a stack is synthesized with by the file of a folder. @param text undefined where there is none @throws AccountsFileInvalid */
export const accountsSettingFrom = (text: string | undefined, stack: string): string =>
  accountsSettingOf(accountsOf(parseAccountsFile(text, accountsFileName), stack));
