import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Plan, RoundMetrics } from "../../shared/workflow/records.ts";

const metrics = new Metrics({ namespace: "fedstep", serviceName: "fedstep" });

/** One line in CloudWatch's embedded metric format: what dashboards and alarms of a round read. */
export function publishRound({ run, config }: Plan, round: RoundMetrics): void {
  metrics.addDimensions({ run, strategy: config.federation.strategy.name });
  metrics.addMetric("accuracy", MetricUnit.NoUnit, round.evaluated.accuracy);
  metrics.addMetric("loss", MetricUnit.NoUnit, round.evaluated.loss);
  metrics.addMetric("clients", MetricUnit.Count, round.clients.length);
  metrics.addMetric("silentClients", MetricUnit.Count, round.silent.length);
  metrics.addMetric("duration", MetricUnit.Seconds, round.seconds);
  metrics.addMetadata("round", String(round.round));
  metrics.publishStoredMetrics();
}
