import { join } from "node:path";
import { readExecution } from "../../local/stepfunctions/execution-store.ts";
import { finishRunOutput } from "../../shared/workflow/payloads.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import type { StackOutputs } from "../targets/aws.ts";
import { stackDeployment } from "../targets/aws.ts";
import { statesClient } from "../targets/clients.ts";
import { type Described, isOf, lastExecution, nameOfExecution } from "../targets/execution.ts";
import { copiesIn } from "./copies.ts";
import type { Remembered, Surroundings } from "./verify-run.ts";

/** Of a stack, which says itself when updates expire, and whose Step Functions remembers an execution for ninety days. */
export function surroundingsOnAws(outputs: StackOutputs, home: string): Surroundings {
  return {
    retention: stackDeployment(outputs).updateRetentionDays,
    copies: copiesIn(home),
    async executionOf(record) {
      const states = statesClient(outputs.stackName);
      try {
        return remembered(await lastExecution({ ...outputs, states }, record));
      } finally {
        states.destroy();
      }
    },
  };
}

/** Of a home, where nothing expires. */
export function surroundingsIn(home: string): Surroundings {
  return {
    retention: "never",
    copies: copiesIn(home),
    executionOf: async (record) => remembered(await lastIn(home, record)),
  };
}

async function lastIn(home: string, record: RunRecord): Promise<Described> {
  let last: Described = {};
  for (let number = 1; ; number++) {
    const found = await readExecution(join(home, "executions"), nameOfExecution(record, number));
    if (!found) return last;
    if ("record" in found && !isOf(record, found.record)) continue;
    // of a damaged record nobody knows how its execution ended
    last = "record" in found ? found.record : {};
  }
}

function remembered({ status, output }: Pick<Described, "status" | "output">): Remembered {
  return { status, chainSha256: output === undefined ? undefined : chainIn(output) };
}

/** As FinishRun said it; undefined where an earlier version did not, or nobody can read it. */
function chainIn(output: string): string | undefined {
  try {
    return finishRunOutput.safeParse(JSON.parse(output)).data?.chainSha256;
  } catch {
    return undefined;
  }
}
