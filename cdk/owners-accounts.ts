import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accountsFileInvalid } from "../shared/errors.ts";
import { accountsFileName, accountsSettingFrom } from "../shared/owners/accounts-file.ts";
import { defaultStackName } from "./outputs.ts";

type Context = Readonly<Record<string, unknown>>;

/**
 * Context with the accounts that the file of a folder names for the stack, unless it says others, or that there are none.
 * @throws AccountsFileInvalid
 */
export function withOwnersAccounts(context: Context, folder: string): Context {
  const { ownerAccounts, stackName = defaultStackName } = context;
  if (ownerAccounts !== undefined) return context;
  const setting = accountsSettingFrom(readIfThere(join(folder, accountsFileName)), String(stackName));
  return setting === "" ? context : { ...context, ownerAccounts: setting };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw accountsFileInvalid(`${accountsFileName}: cannot be read: ${String(error)}`, { cause: error });
  }
}
