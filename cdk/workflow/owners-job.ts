import type { HelpersJob } from "../../shared/owners/helpers-job.ts";
import type { OwnersJob } from "../../shared/owners/job.ts";

/** Each field by its path, as Amazon's language has it. */
export const byPath = <Name extends string>(paths: Readonly<Record<Name, string>>) =>
  Object.fromEntries(Object.entries(paths).map(([name, path]) => [`${name}.$`, path]));

/** What every job of a round says, whoever does it. */
const ofRound = {
  agreement: "$.owners.agreement",
  run: "$.run",
  plan: "$.plan",
  writer: "$.writer",
  round: "$.round",
  attempt: "$.attempt",
  chainSha256: "$.chainSha256",
} as const;

/** What an owner is asked for in a round, wherever it is. */
export const ownersJobByPath = byPath({
  ...ofRound,
  task: "$.participant.task",
  client: "$.participant.client",
} satisfies Record<keyof OwnersJob, string>);

/** What an owner that helps is asked for, but for who has reported. */
export const helpersJobByPath = {
  task: "open" satisfies HelpersJob["task"],
  ...byPath({ ...ofRound, helper: "$.participant.helper", ended: "$.ended" } satisfies Record<
    Exclude<keyof HelpersJob, "task" | "clients" | "accounts">,
    string
  >),
};
