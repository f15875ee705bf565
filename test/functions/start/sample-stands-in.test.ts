import { describe, expect, test } from "vitest";
import { summary } from "../../../report/summary.ts";
import { keys } from "../../../shared/layout.ts";
import { MemoryBucket } from "../memory-bucket.ts";
import { playExecution } from "../played-run.ts";
import { few } from "./asked-execution.ts";

describe("where no mirror of MNIST can be reached", () => {
  test("the sample stands in for it, and output, result, summary and report say so", async () => {
    const bucket = new MemoryBucket();
    const { result, output } = await playExecution(bucket, few);
    const note = expect.stringMatching(
      /^no mirror of MNIST .*127\.0\.0\.1:2.*10,000 digits .* stand in .*70,000/,
    );
    expect(output).toMatchObject({ run: "by-hand", result: keys.result("by-hand"), notes: [note] });
    expect(result.dataset).toMatchObject({
      name: "mnist-sample",
      source: "embedded sample",
      examples: 10_000,
    });
    expect(result.startedBy).toMatchObject({ dataset: "mnist", notes: [note] });
    expect(summary(result)).toMatch(/^note: no mirror of MNIST/m);
    const page = new TextDecoder().decode(bucket.contents.get(keys.report("by-hand")));
    expect(page).toContain("10,000 digits that fedstep carries stand in for its 70,000 images");
  });

  test("nothing is said where the sample was asked for", async () => {
    const { output, result } = await playExecution(new MemoryBucket(), { ...few, dataset: "sample" });
    expect(output).not.toHaveProperty("notes");
    expect(result.startedBy?.notes).toEqual([]);
    expect(summary(result)).not.toContain("note:");
  });
});
