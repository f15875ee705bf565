import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { StateGraph } from "aws-cdk-lib/aws-stepfunctions";
import { Duration, Stack } from "aws-cdk-lib/core";
import { type RunPart, stepsIn } from "../../cloud/footprint.ts";
import { type Flow, flowSchema } from "../../cloud/workflow/definition.ts";
import { countFlow, type FlowCounts, type Marks } from "../../cloud/workflow/flow-counts.ts";
import { footprints, functionNames } from "../../functions/footprints.ts";
import { flow } from "./flow.ts";
import type { Functions } from "./invocation.ts";

/** A part of a run is known by its first step, or by a state that invokes no function. */
const markOf = (part: RunPart) => stepsIn(footprints, part)[0].name;
export const marks: Marks = {
  prepare: markOf("prepare"),
  round: "Round",
  participant: markOf("participant"),
  baseline: markOf("baseline"),
  continue: "ContinueRun",
  ownersRound: "RoundWithOwners",
  owner: "WaitForOwner",
  account: "TrainInAccount",
  beside: "TrainSimulated",
  maskedRound: "RoundWithMasks",
  masked: "TrainMasked",
  opening: markOf("opening"),
  maskedOwnersRound: "RoundWithMaskedOwners",
  ownersOpening: "WaitForOpening",
  openingInAccount: "OpenInAccount",
  finish: markOf("finish"),
};

/** The definition that is deployed, around functions that nobody has: which they are changes no way through it. */
export function definitionAlone(): Flow {
  const stack = new Stack();
  const standIn = (name: string) => ({
    lambda: LambdaFunction.fromFunctionArn(
      stack,
      `${name}Function`,
      `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    ),
    timeout: Duration.minutes(1),
  });
  const functions = Object.fromEntries(functionNames.map((name) => [name, standIn(name)]));
  const graph = new StateGraph(
    flow(stack, functions as unknown as Functions, { jobs: "bucket", accounts: true }).startState,
    "federation",
  );
  return flowSchema.parse(stack.resolve(graph.toGraphJson()));
}

/** What scripts/generate/counts.mjs writes. */
export const flowCounts = (): FlowCounts => countFlow(definitionAlone(), marks);
