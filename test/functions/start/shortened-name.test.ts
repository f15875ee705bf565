import { describe, expect, test } from "vitest";
import { keys } from "../../../shared/layout.ts";
import { executionOf, playExecution, preparedRun } from "../played-run.ts";
import { withToy } from "./asked-execution.ts";

describe("a name that no run can have", () => {
  test("is shortened, the same way each time, and said", async () => {
    const { bucket, asked } = await withToy();
    // as a rule of EventBridge calls its executions: two UUIDs
    const execution = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9_f9e8d7c6-b5a4-3928-1706-5f4e3d2c1b0a";
    const { output, result } = await playExecution(bucket, asked, { execution });
    expect(result.run).toMatch(
      /^0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9_f9e8d7c6-b5a4-3928-1706-5f-[0-9a-f]{8}$/,
    );
    const note = expect.stringContaining(
      `the run is called ${result.run}, since its execution's name, "${execution}"`,
    );
    expect(output).toMatchObject({ run: result.run, result: keys.result(result.run), notes: [note] });
    expect(result.startedBy).toEqual({
      execution: executionOf(execution).arn,
      dataset: asked.dataset,
      notes: [note],
    });
    bucket.contents.delete(keys.plan(result.run));
    expect((await preparedRun(bucket, asked, { execution })).run).toBe(result.run);
  });
});
