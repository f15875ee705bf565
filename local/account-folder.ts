import { join } from "node:path";
import { coordinatorAccount } from "./assembly/names.ts";

/** Where below a folder of the home an account's things lie: the coordinator's at once, another's below its number. */
export const folderOfAccount = (folder: string, account = coordinatorAccount): string =>
  account === coordinatorAccount ? folder : join(folder, account);
