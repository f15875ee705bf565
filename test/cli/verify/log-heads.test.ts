import { expect, test } from "vitest";
import { repeatedHeads } from "../../../cli/verify/log-heads.ts";
import type { RoundMetrics } from "../../../shared/workflow/round-records.ts";

type Update = RoundMetrics["updates"][number];

function signed(client: number, logHead: string): Update {
  const digest = "0".repeat(64);
  const statement = {
    agreement: { federation: "clinics", version: 1, sha256: digest },
    ...{ run: "clinics.first", round: 1, attempt: 1, client, task: "train" as const },
    ...{ plan: digest, chainSha256: digest, globalSha256: digest, updateSha256: digest, logHead },
  };
  return { client, sha256: digest, signed: { statement, signature: "" } };
}

const round = (number: number, ...updates: Update[]) => ({ round: number, updates });

test("an owner that signs two rounds over one head of its log is found, whoever else has that head", () => {
  const rounds = [
    round(1, signed(0, "a"), signed(1, "a")),
    round(2, signed(0, "b"), { client: 2, sha256: "1" }),
    round(3, signed(0, "c"), signed(1, "a")),
    round(4, signed(0, "b")),
  ];
  expect(repeatedHeads(rounds)).toEqual([
    { round: 3, client: 1, before: 1 },
    { round: 4, client: 0, before: 2 },
  ]);
  expect(repeatedHeads(rounds.slice(0, 2))).toEqual([]);
});
