import { describe, expect, it } from "vitest";
import { presets } from "../../../shared/config/presets.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";

describe("the paper's preset", () => {
  it("is the paper's experiment: 10 clients, 5 % of each foreign digit, 100 rounds and 100 epochs of all images", () => {
    const { dataset, partition, federation, baseline } = resolveConfig({ preset: "paper" });
    expect(dataset.limit).toBeNull();
    expect(partition).toEqual({ kind: "main-label", clients: 10, otherShare: 0.05 });
    expect(federation).toMatchObject({ rounds: 100, strategy: { name: "FedAvg" }, fraction: 1, quorum: 1 });
    expect(baseline).toEqual({ enabled: true, epochs: 100 });
    expect(presets.paper?.published).toMatchObject({ federated: 0.855, baseline: 0.902 });
  });
});
