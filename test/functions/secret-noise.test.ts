import { expect, test, vi } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { simulatedKey } from "../../shared/client/place.ts";
import { clientRandom } from "../../shared/client/randomness.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { keys } from "../../shared/layout.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { readUpdate } from "../../storage/update-objects.ts";
import { here } from "../cli/verify/here.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toy } from "./played-run.ts";

vi.mock("../../shared/update/stages/kinds.ts", async (original) => {
  const { stageKinds } = await original<typeof import("../../shared/update/stages/kinds.ts")>();
  const { noise } = await import("../toys/noise-stage.ts");
  return { stageKinds: [...stageKinds, noise] };
});

const most = 0.25;
const config = (...stages: object[]) =>
  resolveConfig({
    file: { ...toy, baseline: { enabled: false } },
    set: ["federation.rounds=2", `federation.update=${JSON.stringify(stages)}`],
  });

async function played(...stages: object[]) {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", config(...stages));
  await playRun(bucket, "r");
  const plan = planRecord.parse(bucket.json(keys.plan("r")));
  const strategy = openStrategy(plan.config.federation.strategy);
  const update = (round: number, client: number) =>
    readUpdate(bucket.objects, plan, strategy, { round, attempt: 1 }, { client, task: "train" }, null);
  return { bucket, plan, update };
}

test("noise of a client's secret source is on what it sends, is the same again, and verifies", async () => {
  const noised = await played({ stage: "noise", most });
  const { bucket, plan } = noised;
  // of round 1 alone: its start is that of a run without noise
  const plain = await played();
  const { chainSha256 } = await readLinkedGlobal(bucket.objects, plan, 0);
  for (const client of [0, 1]) {
    const random = clientRandom(plan.config.seed, simulatedKey(plan.config.seed, client), {
      run: "r",
      round: 1,
      attempt: 1,
      client,
      chainSha256,
      shardSha256: plan.shards[client] ?? "",
    });
    const stream = random.secret("noise");
    const { parameters } = await plain.update(1, client);
    const expected = parameters.map((value) => value + most * (2 * stream.unit() - 1));
    expect((await noised.update(1, client)).parameters).toEqual(expected);
  }
  const again = await played({ stage: "noise", most });
  expect(again.bucket.contents.get(keys.update("r", 2, 1))).toEqual(
    bucket.contents.get(keys.update("r", 2, 1)),
  );
  expect((await verifyRun(bucket, "r", here)).findings).toEqual([]);
});
