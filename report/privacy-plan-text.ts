import { tooFewClients } from "../shared/privacy/clients/privacy-plan.ts";
import type { ClientPrivacyPlan, ExamplePrivacyPlan, PrivacyPlan } from "../shared/privacy/privacy-plan.ts";
import { roundedUp } from "./epsilon-text.ts";
import { wholeNumber } from "./numbers.ts";
import { oneRule, textTable } from "./text-table.ts";

/** For a terminal. */
export function privacyPlanText(plan: PrivacyPlan): string {
  const { delta, epsilon, rdp, curve } = plan;
  const figures: [string, string][] = [
    ...(plan.unit === "client" ? figuresOfClients(plan) : figuresOfExamples(plan)),
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
  const warning = plan.unit === "client" ? tooFewClients(plan) : undefined;
  return (
    `${textTable(["", ""], figures, { chars: oneRule, colAligns: ["left", "right"] })}\n${rounds}` +
    `${warning === undefined ? "" : `\nwarning: ${warning}`}`
  );
}

function figuresOfClients(plan: ClientPrivacyPlan): [string, string][] {
  return [
    ["noise multiplier sigma", String(plan.noiseMultiplier)],
    ["the same of the sum of changes", plan.sumNoise.toPrecision(4)],
    ["clip C", String(plan.clip)],
    ["rounds of a client", wholeNumber(plan.steps)],
    ["clients of a round", wholeNumber(plan.cohort)],
    ["length of the noise in a round's mean, by C", plan.noiseShare.toPrecision(3)],
  ];
}

function figuresOfExamples(plan: ExamplePrivacyPlan): [string, string][] {
  const { noiseMultiplier, samplingRate, clip, steps, stepsOfRound } = plan;
  return [
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
  ];
}

/** In a line, beside what a run costs in dollars. */
export function privacyLine(plan: PrivacyPlan): string {
  const { unit, epsilon, delta, noiseMultiplier } = plan;
  const whom = unit === "client" ? "client" : "training example";
  const warning = plan.unit === "client" ? tooFewClients(plan) : undefined;
  return (
    `and in privacy: epsilon ${roundedUp(epsilon)} at delta ${delta} for each ${whom}, by noise of ` +
    `${noiseMultiplier} times the clip; fedstep privacy plan has it by round` +
    `${warning === undefined ? "" : `\nwarning: ${warning}`}`
  );
}
