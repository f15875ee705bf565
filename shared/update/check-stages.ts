import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { openStrategy } from "../strategy/strategies.ts";
import type { Strategy } from "../strategy/strategy.ts";
import type { UpdateStage } from "./stage.ts";
import { openStages } from "./stages.ts";

/**
 * Whether the stages can go with each other, in their order, and with the strategy.
 * @throws ConfigInvalid naming the two that cannot, and why
 */
export function checkStages({ federation }: Config): void {
  const strategy = openStrategy(federation.strategy);
  const stages = openStages(federation.update);
  for (const [at, stage] of stages.entries()) {
    const problem =
      withStrategy(stage, strategy) ?? withOthers(stage, stages) ?? behind(stage, stages.slice(at + 1));
    if (problem !== undefined) throw configInvalid(`federation.update: ${problem}`);
  }
}

function withStrategy(stage: UpdateStage, strategy: Strategy): string | undefined {
  const { reduction, client } = strategy;
  const refuse = (because: string) =>
    `${stage.name} cannot go with ${strategy.name}: ${because}; leave ${stage.name} out, or take another ` +
    "federation.strategy";
  const named = stage.cannot.find((one) => one.with === strategy.name);
  if (named) return refuse(named.because);
  if (stage.needs === "sum" && reduction.kind !== "sum") {
    return refuse(
      "its updates mean nothing but in their sum, and the strategy holds them against each other",
    );
  }
  if (stage.needs === "sum" && client.refute) {
    return refuse("its updates mean nothing but in their sum, and the strategy checks each of them");
  }
  const vectors = Object.keys(client.sends.vectors);
  if (stage.takes === "model" && (!client.sends.model || vectors.length > 0)) {
    return refuse(`it takes a model, and the clients send ${vectors.join(" and ") || "none"}`);
  }
  return undefined;
}

function withOthers(stage: UpdateStage, stages: readonly UpdateStage[]): string | undefined {
  const named = stage.cannot.find((one) => stages.some(({ name }) => name === one.with));
  return named && `${stage.name} cannot go with ${named.with}: ${named.because}; leave one of the two out`;
}

/** @param later the stages behind it */
function behind(stage: UpdateStage, later: readonly UpdateStage[]): string | undefined {
  const ofEach = stage.refute || (stage.needs === "any" && stage.server);
  const hiding = ofEach ? later.find(({ needs }) => needs === "sum") : undefined;
  return (
    hiding &&
    `${stage.name} is checked or undone in each update, and behind it ${hiding.name} leaves nothing to tell but their ` +
      `sum; list ${stage.name} behind ${hiding.name}`
  );
}
