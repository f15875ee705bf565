import { join } from "node:path";
import { coordinatorAccount } from "./assembly/names.ts";

/**
 * Where what is an account's lies: the coordinator's in the home itself, another's apart from it, so that whoever looks
 * through all but this folder sees what the coordinator has.
 */
export const accountHome = (home: string, account = coordinatorAccount): string =>
  account === coordinatorAccount ? home : join(home, "accounts", account);
