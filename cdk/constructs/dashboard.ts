import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  SingleValueWidget,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Duration, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { prices } from "../../cloud/prices.ts";
import { deployedFunctions } from "../../functions/footprints.ts";
import { metricsNamespace, type RoundMetricName, roundDimensions } from "../../shared/metrics/round-line.ts";
import { taskKinds } from "../../shared/task/kinds.ts";
import type { Score } from "../../shared/task/score.ts";
import { type ScoreName, scores } from "../../shared/task/tasks.ts";
import { dashboardName } from "../outputs.ts";
import type { Settings } from "../settings.ts";
import type { Functions } from "../workflow/invocation.ts";
import { costEstimate } from "./cost-estimate.ts";

export interface DashboardProps {
  readonly settings: Settings;
  readonly functions: Functions;
  readonly stateMachine: StateMachine;
  readonly alarms: readonly Alarm[];
}

/** CloudWatch keeps metrics of a second for three hours, and shows longer ranges by the minute of itself. */
const roundPeriod = Duration.seconds(10);
const period = Duration.minutes(1);
/** Columns of a dashboard. */
const full = 24;
const half = full / 2;

/** What the runs of a federation do, from how their models do down to the functions and what they cost. */
export function dashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { settings, functions, stateMachine, alarms } = props;
  // what its metrics call their service
  const name = settings.stackName;
  const cost = costEstimate(functions, settings, period);
  const rounds = (title: string, metric: RoundMetricName, most?: number) =>
    graph(title, [acrossRuns(name, metric)], { min: 0, ...(most !== undefined && { max: most }) });
  // a stack runs any task
  const ofScores = scores.map(({ title, name, scale }) =>
    rounds(title, name as ScoreName, scale === "share" ? 1 : undefined),
  );
  const each = (metric: (lambda: IFunction, label: string) => IMetric) =>
    deployedFunctions(settings).flatMap((of) => {
      const deployed = functions[of];
      return deployed ? [metric(deployed.lambda, of)] : [];
    });
  const rows: IWidget[][] = [
    [
      new TextWidget({
        width: full,
        height: 2,
        markdown:
          `# ${name}\n` +
          `A line for each run and strategy. A round's ${spoken(scores)} and loss are those of the model that it started from.`,
      }),
    ],
    [...ofScores, rounds(`Loss, ${spokenUnits}`, "loss")],
    [rounds("Seconds of a round", "duration"), rounds("Clients that failed in a round", "failures")],
    [
      graph(
        "Milliseconds of an invocation",
        each((lambda, label) => lambda.metricDuration({ label, period })),
      ),
      graph("Executions", [
        stateMachine.metricStarted({ label: "started", period }),
        stateMachine.metricSucceeded({ label: "succeeded", period }),
        stateMachine.metricFailed({ label: "failed", period }),
        stateMachine.metricTimedOut({ label: "timed out", period }),
        stateMachine.metricAborted({ label: "stopped", period }),
      ]),
    ],
    [
      graph(
        "Errors",
        each((lambda, label) => lambda.metricErrors({ label, period })),
      ),
      graph(
        "Throttles",
        each((lambda, label) => lambda.metricThrottles({ label, period })),
      ),
    ],
    [
      graph(`Cost a minute, US dollars (Lambda and Step Functions, list prices of ${prices.asOf})`, [cost]),
      new SingleValueWidget({
        title: "Cost of the time shown",
        width: half / 2,
        height: 6,
        metrics: [cost],
        setPeriodToTimeRange: true,
        fullPrecision: true,
      }),
      new AlarmStatusWidget({ title: "Alarms", width: half / 2, height: 6, alarms: [...alarms] }),
    ],
  ];
  return new Dashboard(scope, "Dashboard", {
    dashboardName: dashboardName(name, Stack.of(scope).region),
    defaultInterval: Duration.hours(3),
    widgets: rows,
  });
}

const spoken = (all: readonly Pick<Score, "noun">[]) => all.map(({ noun }) => noun).join(", ");
const spokenUnits = [...new Set(taskKinds.map(({ words }) => words.loss.unit))].join(", ");

function graph(
  title: string,
  left: IMetric[],
  leftYAxis: { min?: number; max?: number } = { min: 0 },
): GraphWidget {
  return new GraphWidget({ title, left, leftYAxis, width: half, height: 6 });
}

/** A line for every run that has the metric: runs are not known when the dashboard is made. */
function acrossRuns(service: string, metric: RoundMetricName): IMetric {
  const schema = [metricsNamespace, ...roundDimensions].join(",");
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${metric}" service="${service}"', 'Average', ${roundPeriod.toSeconds()})`,
    usingMetrics: {},
    // the legend names each line by its dimensions
    label: "",
    period: roundPeriod,
  });
}
