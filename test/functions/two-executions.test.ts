import { setImmediate } from "node:timers/promises";
import { beforeAll, expect, test, vi } from "vitest";
import { resumedState } from "../../cli/run/resumed-state.ts";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { randomStream } from "../../shared/random.ts";
import { decodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { acceptedUpdates, roundMetrics } from "../../shared/workflow/round-records.ts";
import type { Objects } from "../../storage/objects.ts";
import { here } from "../cli/verify/here.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, continueRun, type Play, preparedRun, toyConfig } from "./played-run.ts";

// to draw the page of a story takes longer than all the rest
vi.mock("../../report/page.ts", async () => (await import("../cli/verify/page-as-text.ts")).pageAsText());

let prepared: ReadonlyMap<string, Uint8Array>;
beforeAll(async () => {
  const bucket = new MemoryBucket();
  const set = ["federation.strategy.name=SCAFFOLD", "federation.quorum=0.5", "federation.rounds=2"];
  await claimRun(bucket, "r", toyConfig(...set, "baseline.epochs=2"));
  await preparedRun(bucket, { run: "r" });
  prepared = new Map(bucket.contents);
});

/**
 * The functions of one execution, each of whose writes waits for a while.
 * @param late keys that it writes when the other execution has
 */
function working(
  contents: Map<string, Uint8Array>,
  seed: number,
  late: readonly string[] = [],
): MemoryBucket {
  const bucket = new MemoryBucket();
  Object.defineProperty(bucket, "contents", { value: contents });
  const draw = randomStream(seed, "start");
  const { objects } = bucket;
  const putNew: Objects["putNew"] = objects.putNew.bind(objects);
  objects.putNew = async (...written) => {
    for (let turns = draw.below(40); turns > 0; turns--) await setImmediate();
    while (late.includes(written[0]) && !contents.has(written[0])) await setImmediate();
    return putNew(...written);
  };
  return bucket;
}

/** An execution in which one client is silent all the time. */
const without = (silent: number): Play => ({
  interfere: async (_round, client, train) =>
    client === silent ? { client, error: { Error: "Lambda.Unknown" } } : train(),
});

// the execution that decides on the updates of rounds 1 and 2
test.each([
  [2, 2],
  [2, 3],
  [3, 2],
  [3, 3],
])("of two executions at once every round is that of the first to decide: %i, %i", async (...deciding) => {
  const contents = new Map(prepared);
  const executions = [2, 3].map(async (number) => {
    const late = [1, 2].filter((round) => deciding[round - 1] !== number);
    const bucket = working(
      contents,
      number,
      late.map((round) => keys.roundUpdates("r", round)),
    );
    const resumed = await resumedState(bucket.objects, defaultDeployment, "r", number);
    if (!resumed) throw new Error("the run has no start");
    return continueRun(bucket, resumed.state, without(number - 2));
  });
  // neither ends otherwise, since the later one of a round goes on from what the earlier has decided
  const [one, other] = await Promise.all(executions);
  expect(one?.result).toEqual(other?.result);
  expect(one?.output).toEqual(other?.output);

  const bucket = working(contents, 0);
  for (const round of [1, 2]) {
    const metrics = roundMetrics.parse(bucket.json(keys.roundMetrics("r", round)));
    const { attempt = 0, silent } = metrics;
    expect(attempt).toBe(deciding[round - 1]);
    expect(silent.map(({ client }) => client)).toEqual([attempt - 2]);
    expect(bucket.json(keys.roundUpdates("r", round))).toMatchObject({ attempt, silent: [...silent] });
    const state = contents.get(keys.roundState("r", round)) ?? new Uint8Array();
    expect(await sha256Hex(state)).toBe(metrics.stateSha256);
    const accepted = acceptedUpdates.parse(JSON.parse(decodeSafetensors(state).metadata.accepted ?? ""));
    const now = Object.values(accepted).filter((update) => update.round === round);
    expect(now.map((update) => update.attempt)).toEqual([attempt, attempt]);
    const model = decodeSafetensors(contents.get(keys.global("r", round)) ?? new Uint8Array()).metadata;
    expect(model).toMatchObject({ stateSha256: metrics.stateSha256, chainSha256: metrics.chainSha256 });
  }
  expect((await verifyRun(bucket, "r", here)).findings).toEqual([]);
});
