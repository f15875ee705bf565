import { expect, test } from "vitest";
import { bits, smoke } from "./smoke-run.ts";
import { sharedHome } from "./terminal.ts";

test("with TensorFlow.js in the kernel's place it is as accurate", { timeout: 240_000 }, async () => {
  const home = sharedHome();
  // TensorFlow.js takes ten times as long
  const few = ["federation.rounds=2", "baseline.epochs=2", "dataset.limit=1000"].flatMap((one) => [
    "--set",
    one,
  ]);
  const kernel = await smoke(home, "--name", "with-kernel", ...few);
  const tfjs = await smoke(home, "--name", "with-tfjs", "--set", "training.trainer=tfjs", ...few);
  // other roundings, hence other bits, of the same training
  expect(bits(tfjs)).not.toEqual(bits(kernel));
  expect(tfjs.federated.accuracy).toBeCloseTo(kernel.federated.accuracy ?? NaN, 2);
  expect(tfjs.baseline?.accuracy).toBeCloseTo(kernel.baseline?.accuracy ?? 0, 2);
});
