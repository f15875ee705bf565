import { type IMetric, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import type { Duration } from "aws-cdk-lib/core";
import { prices } from "../../shared/prices.ts";
import { deployedFunctions, type FunctionName } from "../../shared/workflow/functions.ts";
import type { Settings } from "../settings.ts";
import type { Functions } from "../workflow/invocation.ts";

/**
 * States that the workflow enters for each invocation of a function, its own Task among them: a round is Map,
 * AggregateRound and Choice beside its clients' Tasks, and an invocation of the baseline has its Choice. Parallel, both
 * branches' first Choices, both branches' ends and the Choices around them come once in a run, and once more in each
 * further execution that a long run takes, which is left out.
 */
const transitions: Readonly<Record<FunctionName, number>> = {
  PrepareRun: 8,
  TrainClient: 1,
  AggregateRound: 3,
  TrainBaseline: 2,
  FinishRun: 1,
};

const gbSecond = { arm64: prices.lambdaGbSecond, x86_64: prices.lambdaGbSecondX86 } as const;

/**
 * What the invocations of each period cost in US dollars: requests, gigabyte-seconds and state transitions. Left out
 * are S3, logs and metrics, and the initialization of cold environments, which Lambda's Duration does not hold.
 */
export function costEstimate(functions: Functions, settings: Settings, period: Duration): IMetric {
  const perGbSecond = gbSecond[settings.architecture];
  const parts = deployedFunctions(settings).flatMap((name, i) => {
    const lambda = functions[name]?.lambda;
    if (!lambda) return [];
    const gb = settings.functions[name].memoryMb / 1024;
    const perInvocation = prices.lambdaRequest + transitions[name] * prices.stateTransition;
    const perMs = (gb * perGbSecond) / 1000;
    return [
      {
        // a period without invocations has no value, and would leave the whole sum without one
        expression: `FILL(n${i}, 0) * ${decimal(perInvocation)} + FILL(d${i}, 0) * ${decimal(perMs)}`,
        metrics: {
          [`n${i}`]: lambda.metricInvocations({ period, statistic: "Sum" }),
          [`d${i}`]: lambda.metricDuration({ period, statistic: "Sum" }),
        },
      },
    ];
  });
  return new MathExpression({
    label: "US dollars",
    expression: parts.map(({ expression }) => expression).join(" + "),
    usingMetrics: Object.assign({}, ...parts.map(({ metrics }) => metrics)),
    period,
  });
}

/** Metric math takes no exponents. */
function decimal(value: number): string {
  return value.toFixed(15).replace(/0+$/, "");
}
