import { Option } from "commander";
import { usualOwnerHome } from "../../owner/home-files.ts";
import { ownerInvalid } from "../../shared/errors.ts";

export interface OwnerOptions {
  readonly home: string;
  /** Of an owner in an account of its own. */
  readonly stack?: string;
}

/** Options that the commands of owners share. */
export const ownerOptions = {
  home: () =>
    new Option("--home <dir>", "where the owner keeps keys, policy and log")
      .env("FEDSTEP_OWNER_HOME")
      .default(usualOwnerHome),
  stack: () =>
    new Option(
      "--stack <name>",
      "the owner's deployed stack, in place of --home: its desk does it, for who may ask it",
    ).conflicts("home"),
  data: () => new Option("--data <file>", "the owner's table: CSV, gzipped or not").makeOptionMandatory(),
  out: () => new Option("--out <file>", "what is written for the coordinator").makeOptionMandatory(),
};

/** @throws OwnerInvalid where a folder's home is not told which table */
export function requireData(data: string | undefined): string {
  if (data !== undefined) return data;
  throw ownerInvalid(
    "--data: takes the owner's table; of an owner in an account, --stack names the stack whose bucket has it",
  );
}

/** @throws OwnerInvalid where a file is named and the stack has its own table */
export function refuseData(data: string | undefined): void {
  if (data === undefined) return;
  throw ownerInvalid(
    "--data: the table of a stack is the object that its parameter DataKey names; copy it there, as aws s3 cp does, and leave --data out",
  );
}
