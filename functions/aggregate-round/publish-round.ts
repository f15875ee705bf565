import { MetricResolution, Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { metricsNamespace, roundFigures, type StackMetricName } from "../../shared/metrics/round-line.ts";
import { taskOf } from "../../shared/task/tasks.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { TimedRound } from "../../shared/workflow/round-records.ts";

/** The service is the stack's name, from the function's environment. */
const metrics = new Metrics({ namespace: metricsNamespace });

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/** A round takes seconds: by the minute, most of a curve would be one point. */
const resolution = MetricResolution.High;

/** One line in CloudWatch's embedded metric format: what the dashboard shows of a round. */
export function publishRound({ run, config }: Plan, round: TimedRound): void {
  metrics.addDimensions({ run, strategy: config.federation.strategy.name });
  const figures = roundFigures(round);
  const add = (name: Exclude<keyof typeof figures, "score">, unit: Unit) =>
    metrics.addMetric(name, unit, figures[name], resolution);
  metrics.addMetric(taskOf(config).score.name, MetricUnit.NoUnit, figures.score, resolution);
  add("loss", MetricUnit.NoUnit);
  add("clients", MetricUnit.Count);
  add("failures", MetricUnit.Count);
  add("duration", MetricUnit.Seconds);
  add("billedMs", MetricUnit.Milliseconds);
  metrics.addMetadata("round", String(round.round));
  // that score and loss are over: of rounds that few evaluate another number than of the last, and no metric to pay for
  metrics.addMetadata("examples", String(round.evaluated.examples));
  metrics.publishStoredMetrics();
}

/** What the alarms watch: over all runs, since they cannot know a run's name, and also where the round ends the run. */
export function publishFailures(plan: Plan, round: number, failures: number, quorumMissed: boolean): void {
  const add = (name: StackMetricName, value: number) => metrics.addMetric(name, MetricUnit.Count, value);
  add("failures", failures);
  add("quorumMissed", quorumMissed ? 1 : 0);
  metrics.addMetadata("run", plan.run);
  metrics.addMetadata("round", String(round));
  metrics.publishStoredMetrics();
}
