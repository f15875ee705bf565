import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Option } from "commander";
import { writeLasting } from "../../owner/home-files.ts";
import { accountsFileInvalid } from "../../shared/errors.ts";
import {
  accountsFileName,
  accountsOf,
  accountsText,
  parseAccountsFile,
  withAccounts,
} from "../../shared/owners/accounts-file.ts";
import { accountsIn, type MembersRecord } from "../../shared/owners/members.ts";
import { systemReason } from "../../system/system-error.ts";
import type { Session } from "../session.ts";
import type { TargetOptions } from "../targets/open.ts";

/** Of commands that change who is on a federation's list. */
export interface AccountsOptions extends TargetOptions {
  readonly accountsFile?: string;
}

export const accountsFileOption = () =>
  new Option(
    "--accounts-file <file>",
    `aws: names the owners' accounts for npx cdk deploy, and lies in the folder that you deploy from (default: ${accountsFileName})`,
  );

/**
 * The file of accounts, held against what it should be before a list is changed by which it is written.
 * @returns undefined where a local run needs none
 * @throws AccountsFileInvalid
 */
export async function openAccountsFile({ target, stack, accountsFile }: AccountsOptions) {
  if (target !== "aws" && accountsFile === undefined) return undefined;
  const name = accountsFile ?? accountsFileName;
  const path = resolve(name);
  const before = await readIfThere(path, name);
  const file = parseAccountsFile(before, name);
  return {
    /**
     * Writes what the list says of accounts, if the file says otherwise.
     * @returns what is to be done then, in a sentence; undefined where nothing has changed
     */
    async take(list: Pick<MembersRecord, "federation" | "members">): Promise<string | undefined> {
      const { federation } = list;
      const next = withAccounts(file, stack, federation, accountsIn(list));
      const text = accountsText(next);
      if (text === accountsText(file)) return undefined;
      try {
        await writeLasting(path, text, 0o644);
      } catch (error) {
        throw accountsFileInvalid(
          `${name}: cannot be written: ${systemReason(error)}. The list has changed: once the file can be, or --accounts-file names ` +
            `another one, fedstep federation propose ${federation} writes it too`,
          { cause: error },
        );
      }
      const count = accountsOf(next, stack).filter((one) => one.federation === federation).length;
      return (
        `${name} names ${count === 1 ? "one account" : `${count} accounts`} of ${federation} now. Rights follow from it once you deploy ` +
        "from its folder: npx cdk deploy"
      );
    },
  };
}

async function readIfThere(path: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw accountsFileInvalid(`${name}: cannot be read: ${systemReason(error)}`, { cause: error });
  }
}

export type AccountsFile = Awaited<ReturnType<typeof openAccountsFile>>;

/** Writes what a list that has changed says of accounts, and says what is to be done then. */
export async function tellAccounts(
  session: Pick<Session, "print">,
  file: AccountsFile,
  list: Pick<MembersRecord, "federation" | "members">,
): Promise<void> {
  const next = await file?.take(list);
  if (next !== undefined) session.print(next);
}
