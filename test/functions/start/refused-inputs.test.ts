import { describe, expect, test } from "vitest";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { MemoryBucket } from "../memory-bucket.ts";
import { preparedRun } from "../played-run.ts";
import { written } from "./asked-execution.ts";
import { refusedInputs } from "./refused-inputs.ts";

describe("refused by name, before anything is written, is", () => {
  test.each(refusedInputs)("%s", async (_what, input, name, message, deployment = defaultDeployment) => {
    const bucket = new MemoryBucket();
    await expect(preparedRun(bucket, input, { deployment })).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
    expect(written(bucket)).toEqual([]);
  });
});
