import { MetricResolution, Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import {
  metricsNamespace,
  type RoundMetricName,
  type StackMetricName,
} from "../../shared/metrics/round-line.ts";
import type { Plan, RoundMetrics } from "../../shared/workflow/records.ts";
import type { Usage } from "../../shared/workflow/usage.ts";

/** The service is the stack's name, from the function's environment. */
const metrics = new Metrics({ namespace: metricsNamespace });

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/** A round takes seconds: by the minute, most of a curve would be one point. */
const resolution = MetricResolution.High;

/** One line in CloudWatch's embedded metric format: what the dashboard shows of a round. */
export function publishRound({ run, config }: Plan, round: RoundMetrics, usage: Usage): void {
  metrics.addDimensions({ run, strategy: config.federation.strategy.name });
  const add = (name: RoundMetricName, unit: Unit, value: number) =>
    metrics.addMetric(name, unit, value, resolution);
  add("accuracy", MetricUnit.NoUnit, round.evaluated.accuracy);
  add("loss", MetricUnit.NoUnit, round.evaluated.loss);
  const trained = round.clients.filter(({ update }) => update !== null);
  add("clients", MetricUnit.Count, trained.length);
  add("failures", MetricUnit.Count, round.silent.length);
  add("duration", MetricUnit.Seconds, round.seconds);
  add("billedMs", MetricUnit.Milliseconds, usage.billedMs);
  metrics.addMetadata("round", String(round.round));
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
