import { describe, expect, test } from "vitest";
import type { DatasetContent } from "../../shared/dataset/dataset.ts";
import { randomStream } from "../../shared/random.ts";
import { claimData } from "./claimed-data.ts";
import { maskedConfig, metricsOf, silentIn, withoutHelpers } from "./masked-played.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { type Play, playRun } from "./played-run.ts";

/** Four rows of three numbers for each client, of two classes. */
function tableFor(clients: number): DatasetContent {
  const [count, features] = [4 * clients, 3];
  const draw = randomStream(5, "start");
  const x = Float32Array.from({ length: count * features }, () => 10 * draw.unit());
  const y = Int32Array.from({ length: count }, (_, i) => ((x[3 * i] as number) + draw.unit() > 5 ? 1 : 0));
  return { name: "table", classes: 2, classNames: ["no", "yes"], examples: { x, y, count, features } };
}

const least = 3;

/** What a round in which so many are silent comes to, and the pass that evaluates its model. */
async function told(helpers: "none" | "coordinator", clients: number, silent: number, play: Play) {
  const bucket = new MemoryBucket();
  const config = maskedConfig(
    helpers,
    ...["partition.kind=iid", `partition.clients=${clients}`, "model.hidden=[]", "task.kind=classification"],
    ...["federation.rounds=1", `federation.secureAggregation.minimumCohort=${least}`],
    `federation.quorum=${least / clients}`,
  );
  await claimData(bucket, "r", tableFor(clients), config);
  // those in the middle, so that numbers on both sides are left
  const first = Math.floor((clients - silent) / 2);
  await playRun(bucket, "r", {
    ...play,
    ...silentIn(1, ...Array.from({ length: silent }, (_, i) => first + i)),
  });
  return [1, 2].map((round) => {
    const { weightsSha256, evaluated, clients, silent } = metricsOf(bucket, round);
    return { weightsSha256, evaluated, counted: clients.length, silent: silent.length };
  });
}

describe("masked sums are the plain ones, to the bit,", () => {
  test.each([
    ...Array.from({ length: 8 }, (_, silent) => [10, silent] as const),
    ...[0, 1000 - least].map((silent) => [1000, silent] as const),
  ])("of %i clients of whom %i are silent, and one helper", async (clients, silent) => {
    const masked = await told("coordinator", clients, silent, withoutHelpers(1, 1 + (silent % 3)));
    expect(masked).toEqual(await told("none", clients, silent, {}));
    expect(masked[0]).toMatchObject({ counted: clients - silent, silent });
  });
});
