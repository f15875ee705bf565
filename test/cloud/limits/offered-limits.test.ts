import { describe, expect, test } from "vitest";
import { type Deployment, withLimits } from "../../../cloud/deployment.ts";
import { defaultDeployment, type FunctionName, functionNames } from "../../../functions/footprints.ts";
import { check, configOf, floats, mnist, type Sizes } from "./sizes.ts";

/** The option to deploy with that a refusal names, as setting, function and value. */
function optionIn(attempt: () => void): [setting: string, name: string, value: number] {
  try {
    attempt();
  } catch (error) {
    const [, setting = "", name = "", value] =
      /; or deploy with -c (\w+)\.(\w+)=(\d+)$/.exec(String(error)) ?? [];
    return [setting, name, Number(value)];
  }
  throw new Error("nothing was refused");
}

describe("a stack that offers more takes what is refused, which says how much: ", () => {
  const bare = "baseline.enabled=false";
  const small = functionNames.reduce(
    (all, name) => withLimits(all, name, { memoryMb: 512 }),
    defaultDeployment,
  );
  const hurried = withLimits(small, "TrainClient", { timeoutMinutes: 1 });

  test.each<[string, FunctionName, string[], Sizes, Deployment<FunctionName>]>([
    ["memoryMb", "PrepareRun", ["partition.clients=100", bare], floats(200_000, 1_000, 100), small],
    ["memoryMb", "AggregateRound", ["model.hidden=[8000]", bare], floats(1_000, 1_000, 10), small],
    [
      "memoryMb",
      "TrainClient",
      ["partition.clients=2", bare],
      floats(110_000, 500, 2),
      withLimits(small, "PrepareRun", { memoryMb: 1_024 }),
    ],
    ["timeoutMinutes", "TrainClient", ["training.localEpochs=3000", bare], mnist, hurried],
    // more than a quarter of an hour with half a gigabyte, and Lambda gives no more time, but more of a CPU
    ["memoryMb", "TrainClient", ["training.localEpochs=10000", "model.hidden=[128]", bare], mnist, small],
  ])("%s of %s", (setting, name, set, sizes, deployment) => {
    const attempt = (deployed: Deployment) => () => check(configOf(...set), sizes, deployed);
    const [named, of, value] = optionIn(attempt(deployment));
    expect([named, of]).toEqual([setting, name]);
    const given = (much: number) => withLimits(deployment, name, { [setting]: much });
    // it is enough, and of minutes one less, or of memory a step, is not
    const step = setting === "memoryMb" ? 64 : 1;
    expect(attempt(given(value))).not.toThrow();
    expect(attempt(given(value - step))).toThrow();
  });

  test("of time and of memory, where neither is enough", () => {
    const config = configOf("training.localEpochs=10000", "model.hidden=[128]", bare);
    const attempt = (deployed: Deployment) => () => check(config, mnist, deployed);
    expect(attempt(hurried)).toThrow(
      /; or deploy with -c timeoutMinutes\.TrainClient=15 -c memoryMb\.TrainClient=\d+$/,
    );
    const [, , memoryMb] = optionIn(attempt(small));
    expect(attempt(hurried)).toThrow(new RegExp(`=${memoryMb}$`));
  });

  test("which Lambda does not have is not named", () => {
    const large = floats(2_000_000, 1_000, 1_000);
    const attempt = () => check(configOf("partition.clients=1000", bare), large, small);
    expect(attempt).toThrow(
      /PrepareRun would take about \d+ MB, and has 512; bring a data set of fewer.*features$/,
    );
  });
});
