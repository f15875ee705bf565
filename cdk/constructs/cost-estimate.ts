import { type IMetric, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import type { Duration } from "aws-cdk-lib/core";
import { statesEntered } from "../../cloud/cost/run-counts.ts";
import { deployedSteps } from "../../cloud/footprint.ts";
import { prices } from "../../cloud/prices.ts";
import { footprints } from "../../functions/footprints.ts";
import type { Settings } from "../settings.ts";
import type { Functions } from "../workflow/invocation.ts";

/**
 * What the invocations of each period cost in US dollars: requests, gigabyte-seconds and state transitions. Left out
 * are S3, logs and metrics, the further executions of a long run, and the initialization of cold environments, which
 * Lambda's Duration does not hold.
 */
export function costEstimate(functions: Functions, settings: Settings, period: Duration): IMetric {
  const perGbSecond = prices.lambdaGbSecond[settings.architecture];
  const parts = deployedSteps(footprints, settings).flatMap((step, i) => {
    const { name } = step;
    const lambda = functions[name]?.lambda;
    if (!lambda) return [];
    const gb = settings.functions[name].memoryMb / 1024;
    const perInvocation = prices.lambdaRequest + statesEntered(step, footprints) * prices.stateTransition;
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
