import { join } from "node:path";
import { readExecution } from "../../local/stepfunctions/execution-store.ts";
import type { StackOutputs } from "../targets/aws.ts";
import { stackDeployment } from "../targets/aws.ts";
import { statesClient } from "../targets/clients.ts";
import { isOf, lastExecution, nameOfExecution } from "../targets/execution.ts";
import type { Surroundings } from "./verify-run.ts";

/** Of a stack, which says itself when updates expire, and whose Step Functions remembers an execution for ninety days. */
export function surroundingsOnAws(outputs: StackOutputs): Surroundings {
  return {
    retention: stackDeployment(outputs).updateRetentionDays,
    async statusOf(record) {
      const states = statesClient(outputs.stackName);
      try {
        return (await lastExecution({ ...outputs, states }, record)).status;
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
    async statusOf(record) {
      let last: string | undefined;
      for (let number = 1; ; number++) {
        const found = await readExecution(join(home, "executions"), nameOfExecution(record, number));
        if (!found) return last;
        if ("record" in found && !isOf(record, found.record)) continue;
        // of a damaged record nobody knows how its execution ended
        last = "record" in found ? found.record.status : undefined;
      }
    },
  };
}
