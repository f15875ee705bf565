import { beforeAll, describe, expect, test } from "vitest";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { assertEnoughInSum } from "../../../shared/secure-aggregation/minimum.ts";
import { newSigner } from "../owners/keys.ts";

type Summed = Parameters<typeof assertEnoughInSum>[0];

let plan: Summed;
beforeAll(async () => {
  const keys = await Promise.all(Array.from({ length: 3 }, newSigner));
  const config = resolveConfig({
    set: [
      "federation.secureAggregation.minimumCohort=2",
      "federation.secureAggregation.minimumExamplesInSum=150",
    ],
  });
  const clients = Array.from({ length: 6 }, (_, client) => {
    const key = keys[client]?.key;
    const place =
      key === undefined ? {} : { place: { kind: "remote", owner: `owner ${client}`, key } as const };
    return { client, ...place, train: 80, heldOut: 20, heldOutLabels: [] };
  });
  const agreement = { federation: "clinics", version: 1, sha256: "a".repeat(64) };
  plan = { run: "clinics.first", config, clients, agreement };
});

const sum = (...clients: number[]) => clients.map((client) => ({ client, task: "train" as const }));

describe("a sum among owners", () => {
  test("is over enough owners and examples of theirs, whatever is simulated beside them", () => {
    expect(() => assertEnoughInSum(plan, 1, sum(0, 1))).not.toThrow();
    expect(() => assertEnoughInSum(plan, 1, sum(0, 3, 4, 5))).toThrow(
      /over 1 owners, and .*minimumCohort is 2/,
    );
    const { config } = plan;
    const { secureAggregation } = config.federation;
    const more = { ...secureAggregation, minimumExamplesInSum: 200 };
    const asking = {
      ...plan,
      config: { ...config, federation: { ...config.federation, secureAggregation: more } },
    };
    expect(() => assertEnoughInSum(asking, 1, sum(0, 1, 3, 4))).toThrow(/over 160 examples, and .* is 200/);
    // a simulation counts all of them
    const { agreement: _, ...simulation } = asking;
    expect(() => assertEnoughInSum(simulation, 1, sum(3, 4, 5))).not.toThrow();
  });

  test("is over as many as the agreement asks for, and as somebody's policy does", () => {
    expect(() => assertEnoughInSum({ ...plan, minimumCohort: 3 }, 1, sum(0, 1))).toThrow(
      /minimumCohort is 3/,
    );
    const policy = { minimumCohort: 3, minimumExamplesInSum: 1 };
    expect(() => assertEnoughInSum(plan, 1, sum(0, 1), policy)).toThrow(/minimumCohort is 3/);
    expect(() => assertEnoughInSum(plan, 1, sum(0, 1, 2), policy)).not.toThrow();
    const examples = { minimumCohort: 2, minimumExamplesInSum: 241 };
    expect(() => assertEnoughInSum(plan, 1, sum(0, 1, 2), examples)).toThrow(/over 240 examples/);
  });
});
