import { expect, test } from "vitest";
import { startExecution } from "../../../local/stepfunctions/execution.ts";
import { loadWorkflow } from "../../../local/stepfunctions/program.ts";
import { failing, machineArn, noServices, single } from "./toy-machine.ts";

const identity = {
  arn: "arn:e",
  name: "e",
  startTime: "2026-01-02T03:04:05.678Z",
  stateMachineArn: machineArn,
  stateMachineName: "federation",
};

/** At the definition's word the first wait would take an hour, and this test would never end. */
const Retry = [{ ErrorEquals: ["Again"], IntervalSeconds: 3600, BackoffRate: 1, MaxAttempts: 2 }];

test("fast retries wait for no hour, and are as many as the definition says", async () => {
  let calls = 0;
  const invoke = async () => {
    calls++;
    return failing("Again");
  };
  const workflow = { ...loadWorkflow(single({ Retry })), fastRetries: true };
  const { ended, history } = startExecution(workflow, identity, "{}", { ...noServices, invoke });
  expect(await ended).toMatchObject({ status: "FAILED", error: "Again" });
  expect(calls).toBe(3);
  // AWS bills each retry once more
  expect(history.transitions).toBe(3);
});
