import { Option } from "commander";
import { usualOwnerHome } from "../../owner/home-files.ts";

export interface OwnerOptions {
  readonly home: string;
}

/** Options that the commands of owners share. */
export const ownerOptions = {
  home: () =>
    new Option("--home <dir>", "where the owner keeps keys, policy and log")
      .env("FEDSTEP_OWNER_HOME")
      .default(usualOwnerHome),
  data: () => new Option("--data <file>", "the owner's table: CSV, gzipped or not").makeOptionMandatory(),
  out: () => new Option("--out <file>", "what is written for the coordinator").makeOptionMandatory(),
};

/** Names separated by commas. */
export function names(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
