import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Duration, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { metricsNamespace, type StackMetricName, stackDimensions } from "../../shared/metrics/round-line.ts";

export interface AlarmsProps {
  /** Of the stack: the alarms begin with it, and their metrics call it their service. */
  readonly name: string;
  readonly stateMachine: StateMachine;
  /** Where owners ask for jobs, in a stack that has it. */
  readonly door: IFunction | undefined;
  /** Who is written to; without it nobody is, and the alarms show in the console only. */
  readonly email: string | undefined;
}

const period = Duration.minutes(5);

/** Requests in a period that the door has no room for: owners alone do not come to so many. */
const flood = 1000;
/** Answers in a period that something was wrong at the door's; owners ask again, and one is nobody's concern. */
const failures = 5;

/** What a person should hear of: each names its cause. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { name, stateMachine, door, email }: AlarmsProps) {
    super(scope, id);
    const anyOf = (alarm: string, description: string, metric: IMetric, threshold = 1) =>
      new Alarm(this, alarm, {
        alarmName: `${name}-${alarm}`,
        alarmDescription: description,
        metric,
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // between runs there is nothing to measure
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    this.all = [
      anyOf(
        "ExecutionsFailed",
        "A run failed or timed out; stopping one by hand does not count.",
        ended(stateMachine),
      ),
      anyOf(
        "ClientsFailed",
        "A client was left out of a round after its retries; the run goes on while the quorum is met.",
        ofStack(name, "failures"),
      ),
      anyOf(
        "QuorumMissed",
        "More clients failed in a round than the quorum allows, which ended the run.",
        ofStack(name, "quorumMissed"),
      ),
      ...(door
        ? [
            anyOf(
              "DoorFlooded",
              "More requests came to the door than it answers, none of which is owners'; docs/cloud.md says what that costs, and how to shut it.",
              door.metricThrottles({ period, statistic: "Sum" }),
              flood,
            ),
            anyOf(
              "DoorFailed",
              "The door could not answer owners; its log says why.",
              door.metric("Url5xxCount", { period, statistic: "Sum" }),
              failures,
            ),
          ]
        : []),
    ];
    if (email === undefined) return;
    const action = new SnsAction(this.#topic(name, email));
    for (const alarm of this.all) alarm.addAlarmAction(action);
  }

  #topic(name: string, email: string): Topic {
    const topic = new Topic(this, "Topic", { displayName: `${name} alarms`, enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    // a topic with a policy of its own, as refusing plain HTTP takes, lets in only whom it names
    const { account } = Stack.of(this);
    topic.grantPublish(
      new ServicePrincipal("cloudwatch.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": account } },
      }),
    );
    return topic;
  }
}

function ended(stateMachine: StateMachine): IMetric {
  return new MathExpression({
    label: "failed or timed out",
    // a metric that is not published in a period would leave the sum without a value, and the alarm silent
    expression: "FILL(failed, 0) + FILL(timedOut, 0)",
    usingMetrics: {
      failed: stateMachine.metricFailed({ period, statistic: "Sum" }),
      timedOut: stateMachine.metricTimedOut({ period, statistic: "Sum" }),
    },
    period,
  });
}

function ofStack(service: string, metricName: StackMetricName): Metric {
  const [dimension] = stackDimensions;
  return new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { [dimension]: service },
    statistic: "Sum",
    period,
  });
}
