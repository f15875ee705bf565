import { describe, expect, test } from "vitest";
import { describeExamples } from "../../owner/describe.ts";
import { type Examples, poolExamples, takeExamples } from "../../shared/dataset/examples.ts";
import { momentsOf } from "../../shared/dataset/scaling.ts";
import { policy } from "../../shared/owners/policy.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { newSigner } from "../shared/owners/keys.ts";

/** Examples of an owner, no two owners' alike. */
function examplesOf(owner: number): Examples {
  const count = 31 + 10 * owner;
  const x = Float32Array.from(
    { length: 2 * count },
    (_, at) => Math.sin(1 + at * (owner + 1)) * 10 ** (at % 5),
  );
  return {
    x,
    y: Int32Array.from({ length: count }, (_, row) => (row * row + owner) % 2),
    count,
    features: 2,
  };
}

const all = policy.parse({ tells: { labelCounts: true } });

describe("what owners tell of their data", () => {
  test("is of the very rows that a simulated run over the same data has, to the bit", async () => {
    const agreed = agreementOf(await Promise.all([newSigner(), newSigner(), newSigner()]));
    const parts = agreed.members.map((_, owner) => examplesOf(owner));
    const pooled = poolExamples(parts);
    const owners = parts.map(({ count }, owner) => ({ name: `owner ${owner}`, examples: count }));
    const { clients } = partitionDataset(pooled.y, 2, agreed.config, { owners });
    for (const [at, seat] of agreed.members.entries()) {
      const simulated = clients[at];
      if (!simulated) throw new Error("there is no such client");
      const told = describeExamples(parts[at] as Examples, agreed, seat, all, "ab".repeat(32));
      const moments = momentsOf(takeExamples(pooled, simulated.train));
      expect(told).toEqual({
        dataMac: "ab".repeat(32),
        train: simulated.train.length,
        heldOut: simulated.test.length,
        labels: { all: simulated.labelCounts, heldOut: simulated.heldOutLabels },
        moments: { sums: [...moments.sums], squares: [...moments.squares] },
      });
    }
  });

  test("takes two rows", async () => {
    const agreed = agreementOf(await Promise.all([newSigner(), newSigner()]));
    const [seat] = agreed.members;
    if (!seat) throw new Error("nobody is a member");
    const one = takeExamples(examplesOf(0), [0]);
    expect(() => describeExamples(one, agreed, seat, all, "")).toThrow(/holds one row/);
    expect(describeExamples(takeExamples(examplesOf(0), [0, 1]), agreed, seat, all, "")).toMatchObject({
      train: 1,
      heldOut: 1,
    });
  });
});
