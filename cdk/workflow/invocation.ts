import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { JsonPath, TaskInput, type TaskStateBase, Timeout } from "aws-cdk-lib/aws-stepfunctions";
import { LambdaInvoke } from "aws-cdk-lib/aws-stepfunctions-tasks";
import { Duration } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { BaselineFunction, FunctionName } from "../../functions/footprints.ts";
import { whenThrottled, whenTransient } from "./retries.ts";

/** What a state invokes. */
export interface Invoked {
  readonly lambda: IFunction;
  readonly timeout: Duration;
}

/** The functions of a stack, those of the baseline only where it is deployed. */
export type Functions = Readonly<
  Record<Exclude<FunctionName, BaselineFunction>, Invoked> &
    Partial<Record<BaselineFunction, Invoked | undefined>>
>;

/** Lambda reports its own time-out, by a better name, before the state's clock runs out. */
const margin = Duration.seconds(30);

/** What every step gets, to know by it what it may trust. */
export const underWay = {
  run: JsonPath.stringAt("$.run"),
  plan: JsonPath.stringAt("$.plan"),
  writer: JsonPath.stringAt("$.writer"),
} as const;

/** What every participant of a round gets of the federation's state. */
export const roundUnderWay = {
  ...underWay,
  round: JsonPath.numberAt("$.federation.round"),
  attempt: JsonPath.numberAt("$.federation.execution.number"),
  chainSha256: JsonPath.stringAt("$.federation.chainSha256"),
} as const;

export interface InvocationProps {
  readonly comment: string;
  /** Name of the state where it is not the function's, which another state invokes too. */
  readonly state?: string;
  /** Fields selected from the state; left out, the function gets all of it. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** Where the answer goes; left out, it replaces the state. */
  readonly resultPath?: string;
}

/** The Task state that invokes a function, under the function's name unless told otherwise, and repeats what a repetition can cure. */
export function invocation(
  scope: Construct,
  name: FunctionName,
  { lambda, timeout }: Invoked,
  { comment, state = name, payload, resultPath }: InvocationProps,
): TaskStateBase {
  const task = new LambdaInvoke(scope, state, {
    comment,
    lambdaFunction: lambda,
    payloadResponseOnly: true,
    // the list of shared/errors stands in its place
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(timeout.plus(margin)),
    ...(payload && { payload: TaskInput.fromObject({ ...payload }) }),
    ...(resultPath && { resultPath }),
  });
  return task.addRetry(whenThrottled).addRetry(whenTransient);
}
