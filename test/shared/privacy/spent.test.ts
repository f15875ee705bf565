import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { pldEpsilon } from "../../../shared/privacy/accountant/pld.ts";
import { planPrivacy } from "../../../shared/privacy/planned-privacy.ts";
import { spentPrivacyOf } from "../../../shared/privacy/spent.ts";

const config = resolveConfig({
  preset: "smoke",
  set: [
    "baseline.enabled=false",
    "privacy.unit=example",
    "privacy.epsilon=8",
    "privacy.samplingRate=1",
    "training.localSteps=3",
  ],
});
const clients = [0, 1, 2, 3];
const planned = planPrivacy(config, clients);
const spent = (trained: readonly number[]) => spentPrivacyOf(config, planned, trained, clients);

describe("a run has spent", () => {
  test("nothing before it has trained, and then the steps of its rounds", () => {
    expect(spent([])).toBeUndefined();
    const three = spent([1, 1, 1]);
    expect(three).toMatchObject({ steps: 9, curve: [{ round: 1 }, { round: 2 }, { round: 3 }] });
    const sigma = planned?.noiseMultiplier ?? 0;
    expect(three?.epsilon).toBe(pldEpsilon([{ q: 1, sigma, steps: 9 }], 1e-5));
  });

  test.each([
    ["the last round", [1, 1, 2], [3, 6, 12]],
    ["the first, three times", [4, 4, 4], [12, 15, 18]],
    ["two of them", [1, 2, 3], [3, 9, 15]],
  ])(
    "a round more for each time that a further execution may have asked for it again: %s",
    (_what, trained, steps) => {
      const sigma = planned?.noiseMultiplier ?? 0;
      const told = spent(trained);
      expect(told?.steps).toBe(steps.at(-1));
      expect(told?.curve.map(({ epsilon }) => epsilon)).toEqual(
        steps.map((of) => pldEpsilon([{ q: 1, sigma, steps: of }], 1e-5)),
      );
    },
  );

  test("no more for rounds of another run that it went on from", () => {
    expect(spent([3, 1, 1])?.steps).toBe(3 * (3 + 2));
    expect(spent([1, 1, 1])?.steps).toBe(9);
  });
});
