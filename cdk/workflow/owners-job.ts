import type { OwnersJob } from "../../shared/owners/job.ts";

/** Each field by its path, as Amazon's language has it. */
export const byPath = <Name extends string>(paths: Readonly<Record<Name, string>>) =>
  Object.fromEntries(Object.entries(paths).map(([name, path]) => [`${name}.$`, path]));

/** What an owner is asked for in a round, wherever it is. */
export const ownersJobByPath = byPath({
  agreement: "$.owners.agreement",
  run: "$.run",
  plan: "$.plan",
  writer: "$.writer",
  round: "$.round",
  attempt: "$.attempt",
  task: "$.participant.task",
  client: "$.participant.client",
  chainSha256: "$.chainSha256",
} satisfies Record<keyof OwnersJob, string>);
