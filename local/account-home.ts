import { join } from "node:path";
import { coordinatorAccount } from "./assembly/names.ts";

/** Apart from what is the coordinator's: whoever looks through a home but for this folder sees what that account has. */
export const accountsFolder = (home: string): string => join(home, "accounts");

/** Where what is an account's lies: the coordinator's in the home itself. */
export const accountHome = (home: string, account = coordinatorAccount): string =>
  account === coordinatorAccount ? home : join(accountsFolder(home), account);
