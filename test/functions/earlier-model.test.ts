import { expect, test } from "vitest";
import { weightsSha256 } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { readLinkedGlobal, writeGlobal } from "../../storage/model-objects.ts";
import { aggregateAgain } from "./aggregate-again.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

test("directions are measured from no model that is whole in itself and of another history", async () => {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig("baseline.enabled=false"));
  await playRun(bucket, "r");
  const plan = planRecord.parse(bucket.json(keys.plan("r")));
  expect((await aggregateAgain(bucket, "r", 3)).silent).toEqual([]);

  const { parameters, ...link } = await readLinkedGlobal(bucket.objects, plan, 1);
  const other = parameters.map((value) => value + 1);
  bucket.contents.delete(keys.global("r", 1));
  await writeGlobal(bucket.objects, plan, 1, other, { ...link, weightsSha256: await weightsSha256(other) });
  await expect(readLinkedGlobal(bucket.objects, plan, 1)).resolves.toMatchObject({ parameters: other });
  await expect(aggregateAgain(bucket, "r", 3)).rejects.toMatchObject({
    name: "ObjectInvalid",
    message: expect.stringContaining(`${keys.global("r", 1)}: its chain is `),
  });
});
