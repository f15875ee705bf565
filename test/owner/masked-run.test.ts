import { beforeAll, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import type { Bundle } from "../../owner/train.ts";
import { here } from "../cli/verify/here.ts";
import { playMasked, rounds } from "./masked-owners.ts";
import { weightsOf } from "./masked-weights.ts";
import { trainingBundle } from "./training-bundle.ts";
import { run } from "./working-owners.ts";

let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);

test.each(["FedAvg", "SCAFFOLD"])(
  "masked owners come to the weights of the same integers in the open: %s",
  async (name) => {
    const { bucket, owners, agreed, result } = await playMasked(bundle, { name });
    expect(result.federated.weightsSha256).toBe(await weightsOf("none", agreed, owners, name));
    expect(result.federated.weightsSha256).toBe(await weightsOf("coordinator", agreed, owners, name));
    const { findings, replayed } = await verifyRun(bucket, run, here);
    expect({ findings, replayed }).toEqual({ findings: [], replayed: rounds + 1 });
  },
);
