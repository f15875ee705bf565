import { expect } from "vitest";
import * as z from "zod";
import { type Result, resultRecord } from "../../shared/workflow/result-record.ts";
import { fedstep } from "./terminal.ts";

const modelSaid = z.object({ class: z.string(), probabilities: z.record(z.string(), z.number()) });
export const predicted = z.object({
  examples: z.array(z.object({ federated: modelSaid, baseline: modelSaid })),
  accuracy: z.object({ federated: z.number(), baseline: z.number() }),
});

/** smoke through S3, Lambda and Step Functions on this machine, with the bundles of the cloud assembly. */
export const smoke = async (home: string, ...args: string[]) => {
  const answer = await fedstep(["run", "--preset", "smoke", "--home", home, "--json", ...args]);
  expect(answer.said).toBe("");
  expect(answer.code).toBe(0);
  return resultRecord.parse(JSON.parse(answer.output));
};

export const bits = ({ federated, baseline }: Result) => [federated.weightsSha256, baseline?.weightsSha256];
