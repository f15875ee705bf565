import type { PrivacyPlan } from "../shared/privacy/privacy-plan.ts";
import { roundedUp } from "./epsilon-text.ts";
import { wholeNumber } from "./numbers.ts";
import { oneRule, textTable } from "./text-table.ts";

/** For a terminal. */
export function privacyPlanText(plan: PrivacyPlan): string {
  const { noiseMultiplier, samplingRate, clip, steps, stepsOfRound, delta, epsilon, rdp, curve } = plan;
  const figures: [string, string][] = [
    ["noise multiplier sigma", String(noiseMultiplier)],
    ["clip C", String(clip)],
    ["sampling rate q", String(samplingRate)],
    ["steps of a client, a round and all", `${wholeNumber(stepsOfRound)} and ${wholeNumber(steps)}`],
    [
      "examples of a step in the mean",
      `${plan.sampled.toFixed(1)} of ${wholeNumber(Math.round(plan.train))}`,
    ],
    ["length of a step's noise", plan.noiseNorm.toPrecision(4)],
    ["the same by the most that its examples say", plan.noiseShare.toPrecision(3)],
    [
      `epsilon at delta ${delta}`,
      `${roundedUp(epsilon)} (RDP: ${roundedUp(rdp.epsilon)} at order ${rdp.order})`,
    ],
  ];
  const rounds = textTable(
    ["round", "epsilon"],
    curve.map((point) => [String(point.round), String(roundedUp(point.epsilon))]),
    { chars: oneRule, colAligns: ["right", "right"] },
  );
  return `${textTable(["", ""], figures, { chars: oneRule, colAligns: ["left", "right"] })}\n${rounds}`;
}

/** In a line, beside what a run costs in dollars. */
export function privacyLine({ epsilon, delta, noiseMultiplier }: PrivacyPlan): string {
  return (
    `and in privacy: epsilon ${roundedUp(epsilon)} at delta ${delta} for each training example, by noise of ` +
    `${noiseMultiplier} times the clip; fedstep privacy plan has it by round`
  );
}
