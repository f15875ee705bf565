import { describe, expect, test, vi } from "vitest";
import { checkConfig } from "../../../cloud/limits/check-config.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { strategies } from "../../../shared/strategy/strategies.ts";
import { openStages, stagesSettings } from "../../../shared/update/stages.ts";

vi.mock("../../../shared/strategy/kinds.ts", async (original) => {
  const { strategyKinds } = await original<typeof import("../../../shared/strategy/kinds.ts")>();
  const { personalHead } = await import("../../toys/personal-head-strategy.ts");
  return { strategyKinds: [...strategyKinds, personalHead] };
});
vi.mock("../../../shared/update/stages/kinds.ts", async (original) => {
  const { stageKinds } = await original<typeof import("../../../shared/update/stages/kinds.ts")>();
  const [{ offset }, { doubling }] = await Promise.all([
    import("../../toys/offset-stage.ts"),
    import("../../toys/doubling-stage.ts"),
  ]);
  return { stageKinds: [...stageKinds, offset, doubling] };
});

const stages = {
  clipping: { stage: "clipping", norm: 1 },
  offset: { stage: "offset", by: 1 },
  doubling: { stage: "doubling" },
};
type Name = keyof typeof stages;

const check = (strategy: string, ...names: Name[]) =>
  checkConfig(
    resolveConfig({
      preset: "paper",
      set: [
        `federation.strategy.name=${strategy}`,
        `federation.update=${JSON.stringify(names.map((name) => stages[name]))}`,
      ],
    }),
  );

describe("update stages are refused by name", () => {
  test.each<[string, Name[], RegExp]>([
    [
      "SCAFFOLD",
      ["clipping"],
      /clipping cannot go with SCAFFOLD: the change of a client's control .*; leave cl/,
    ],
    [
      "PersonalHead",
      ["clipping"],
      /clipping cannot go with PersonalHead: it takes a model, .* body and told; /,
    ],
    [
      "Median",
      ["offset"],
      /offset cannot go with Median: .* holds them against each other; leave offset out/,
    ],
    ["SCAFFOLD", ["offset"], /offset cannot go with SCAFFOLD: .* checks each of them; leave offset out/],
    ["FedNova", ["offset"], /offset cannot go with FedNova: it weighs clients otherwise/],
    [
      "FedAvg",
      ["offset", "clipping"],
      /offset cannot go with clipping: a change that is offset .*; leave one/,
    ],
    [
      "FedAvg",
      ["clipping", "offset"],
      /offset cannot go with clipping|clipping is checked or undone in each/,
    ],
    [
      "FedAvg",
      ["doubling", "offset"],
      /doubling is .* undone in each update, .*; list doubling behind offset$/,
    ],
  ])("with %s: %j", (strategy, names, message) => {
    expect(() => check(strategy, ...names)).toThrow(
      expect.objectContaining({ name: "ConfigInvalid", message: expect.stringMatching(message) }),
    );
    expect(() => check(strategy, ...names)).toThrow(/^federation\.update: /);
  });

  test.each<[string, Name[]]>([
    ["FedAvg", ["clipping"]],
    ["Median", ["clipping"]],
    ["FedNova", ["clipping", "clipping"]],
    ["SCAFFOLD", ["doubling"]],
    ["Krum", ["doubling", "clipping"]],
    ["FedAvg", ["offset", "doubling"]],
    ["PersonalHead", ["offset", "doubling"]],
    ["SCAFFOLD", []],
  ])("but with %s they may be %j", (strategy, names) => {
    expect(() => check(strategy, ...names)).not.toThrow();
  });
});

test("what a stage cannot go with exists by that name", () => {
  const opened = openStages(stagesSettings.parse(Object.values(stages)));
  const known = new Set([...Object.keys(strategies), ...Object.keys(stages)]);
  for (const { cannot } of opened) for (const one of cannot) expect(known).toContain(one.with);
  expect(opened.map(({ name }) => name)).toEqual(Object.keys(stages));
});
