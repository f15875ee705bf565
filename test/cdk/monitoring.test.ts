import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { prices } from "../../cloud/prices.ts";
import { functionNames } from "../../functions/footprints.ts";
import { definitionText, parseDefinition, statesOf } from "./definition.ts";
import { synthesized } from "./synthesized.ts";

const widgetSchema = z.object({
  type: z.string(),
  x: z.int(),
  width: z.int(),
  properties: z.object({
    title: z.string().optional(),
    metrics: z.array(z.array(z.unknown())).default([]),
    alarms: z.array(z.string()).default([]),
  }),
});

let template: Template;
let widgets: z.output<typeof widgetSchema>[];
beforeAll(async () => {
  template = await synthesized();
  const [dashboard] = Object.values(template.findResources("AWS::CloudWatch::Dashboard"));
  const parts: unknown[] = dashboard?.Properties.DashboardBody["Fn::Join"][1];
  // what CloudFormation fills in stands here as the name of what it refers to
  const text = parts.map((part) => (typeof part === "string" ? part : nameIn(part))).join("");
  widgets = z.object({ widgets: z.array(widgetSchema) }).parse(JSON.parse(text)).widgets;
});

const reference = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) }).transform((value) => value["Fn::GetAtt"][0]),
]);
const nameIn = (part: unknown) => reference.parse(part);

function graph(title: string | RegExp) {
  const found = widgets.find(({ properties }) => properties.title?.match(title));
  if (!found) throw new Error(`there is no graph ${title}`);
  return found.properties.metrics;
}

const expressions = z.object({ expression: z.string() });

describe("the dashboard", () => {
  test.each([
    ["Accuracy", "accuracy"],
    ["Loss", "loss"],
    ["Seconds of a round", "duration"],
    ["Clients that failed", "failures"],
  ])("shows %s of every run, whatever it is called", (title, metric) => {
    const [[search]] = graph(title) as [[unknown]];
    expect(expressions.parse(search).expression).toBe(
      `SEARCH('{fedstep,service,run,strategy} MetricName="${metric}" service="fedstep"', 'Average', 10)`,
    );
  });

  test.each(["Duration", "Errors", "Throttles"])("shows %s of each function", (metric) => {
    const functions = Object.keys(template.findResources("AWS::Lambda::Function"));
    const shown = widgets
      .map(({ properties }) => properties.metrics)
      .find((metrics) => metrics.length === functionNames.length && metrics[0]?.[1] === metric);
    expect(shown?.map(([namespace, , dimension]) => [namespace, dimension])).toEqual(
      functions.map(() => ["AWS/Lambda", "FunctionName"]),
    );
    expect(shown?.map((line) => line[3]).sort()).toEqual(functions.sort());
  });

  test("shows every alarm", () => {
    const alarms = Object.keys(template.findResources("AWS::CloudWatch::Alarm"));
    expect(alarms).toHaveLength(3);
    expect(widgets.flatMap(({ properties }) => properties.alarms).sort()).toEqual(alarms.sort());
  });

  test("is called after the region too, since the dashboards of all regions share their names", () => {
    template.hasResourceProperties("AWS::CloudWatch::Dashboard", {
      DashboardName: { "Fn::Join": ["", ["fedstep-", { Ref: "AWS::Region" }]] },
    });
  });

  test("fits the console's grid of 24 columns", () => {
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });
});

test("every metric of a sum counts as 0 in a period in which it is not published", () => {
  const resources = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"].map((type) =>
    JSON.stringify(template.findResources(type)),
  );
  const [alarms = [], dashboards = []] = resources.map((text) =>
    [...text.matchAll(/expression\\*":\\*"(.*?)\\*"[,}]/gi)].map(([, expression = ""]) => expression),
  );
  const sums = (expressions: string[]) => expressions.filter((expression) => expression.includes("+"));
  expect(sums(alarms)).toHaveLength(1);
  expect(sums(dashboards).length).toBeGreaterThan(0);
  for (const expression of sums([...alarms, ...dashboards])) {
    const metrics = expression.replaceAll(/FILL\(\w+, 0\)/g, "").match(/[a-z]\w*/gi);
    expect(metrics, expression).toBeNull();
  }
});

describe("the cost", () => {
  /** The terms of the expression: what each of its metrics is multiplied with. */
  function factors() {
    const [[first], ...metrics] = graph(/^Cost a minute/) as [[unknown], ...unknown[][]];
    const terms = expressions.parse(first).expression.split(" + ");
    return terms.map((term) => {
      const [, id, factor] = /^FILL\((\w+), 0\) \* (\d+\.\d+)$/.exec(term) ?? [];
      const metric = metrics.find((line) => z.object({ id: z.string() }).parse(line[4]).id === id);
      return { metric: metric?.[1], of: String(metric?.[3]), factor: Number(factor) };
    });
  }

  test("prices a gigabyte-second as AWS lists it for arm64", () => {
    const durations = factors().filter(({ metric }) => metric === "Duration");
    expect(durations).toHaveLength(functionNames.length);
    for (const { factor } of durations) {
      // 0.0000133334 dollars a GB-second, of milliseconds of functions with 1,769 MB
      expect(factor * 1000).toBeCloseTo(0.0000133334 * (1769 / 1024), 12);
    }
  });

  test("counts every state that the workflow enters", () => {
    const invocations = factors().filter(({ metric }) => metric === "Invocations");
    const transitions = invocations.map(
      ({ factor }) => (factor - prices.lambdaRequest) / prices.stateTransition,
    );
    const states = statesOf(parseDefinition(definitionText(template))).map(([name]) => name);
    // each is entered for one function or another, and both branches' Choices once more at first; not in every run are
    const rare = ["ClientSilent", "ContinueRun", "NoDoor"];
    // a round with masks has others in their place, and its helpers' Map is a third of a state to each of them
    const ofMasks = ["RoundWithMasks", "TrainMasked", "MaskedClientSilent", "EachHelper", "HelperSilent"];
    const expected = states.filter((name) => ![...rare, ...ofMasks].includes(name)).length + 2 + 1 / 3;
    expect(transitions.reduce((sum, count) => sum + count, 0)).toBeCloseTo(expected, 6);
  });

  test("of a hundred rounds with ten clients is about three and a half cents of transitions and requests", () => {
    const times = {
      PrepareRun: 1,
      TrainClient: 1010,
      OpenSums: 0,
      AggregateRound: 101,
      TrainBaseline: 1,
      FinishRun: 1,
    };
    const dollars = factors()
      .filter(({ metric }) => metric === "Invocations")
      .reduce((sum, { of, factor }) => {
        const name = functionNames.find((one) => of.startsWith(one)) ?? "PrepareRun";
        return sum + times[name] * factor;
      }, 0);
    // 1,324 transitions at 25 dollars a million, 1,114 requests at 20 cents a million
    expect(dollars).toBeCloseTo(1324 * 25e-6 + 1114 * 0.2e-6, 9);
  });
});

test("of other settings is that of other memory and of another processor", async () => {
  const other = await synthesized({
    architecture: "x86_64",
    "memoryMb.TrainClient": 2048,
    baseline: false,
  });
  const body = JSON.stringify(other.findResources("AWS::CloudWatch::Dashboard"));
  // 0.0000166667 dollars for a second of a gigabyte; of TrainClient, the second function, 2 GB and milliseconds
  expect(body).toContain("FILL(d1, 0) * 0.0000000333334");
  expect(body).not.toContain("TrainBaseline");
});

describe("the alarms", () => {
  test("go off at the first run that failed or timed out, and not between runs", () => {
    const [machine] = Object.keys(template.findResources("AWS::StepFunctions::StateMachine"));
    const ofMachine = (MetricName: string) =>
      Match.objectLike({
        MetricStat: Match.objectLike({
          Metric: {
            Namespace: "AWS/States",
            MetricName,
            Dimensions: [{ Name: "StateMachineArn", Value: { Ref: machine } }],
          },
          Stat: "Sum",
        }),
      });
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmName: "fedstep-ExecutionsFailed",
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
      Metrics: Match.arrayWith([ofMachine("ExecutionsFailed"), ofMachine("ExecutionsTimedOut")]),
    });
  });

  test.each([
    ["ClientsFailed", "failures"],
    ["QuorumMissed", "quorumMissed"],
  ])("%s watches what rounds publish for the whole stack", (name, MetricName) => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmName: `fedstep-${name}`,
      Namespace: "fedstep",
      MetricName,
      Dimensions: [{ Name: "service", Value: "fedstep" }],
      Statistic: "Sum",
      Threshold: 1,
      TreatMissingData: "notBreaching",
    });
  });

  test("write to nobody unless asked to", () => {
    template.resourceCountIs("AWS::SNS::Topic", 0);
    template.allResourcesProperties("AWS::CloudWatch::Alarm", { AlarmActions: Match.absent() });
  });

  test("write to the address that context names, over a topic that takes messages from CloudWatch alone", async () => {
    const other = await synthesized({ alarmEmail: "someone@example.org" });
    const [topic] = Object.keys(other.findResources("AWS::SNS::Topic"));
    other.hasResourceProperties("AWS::SNS::Subscription", {
      Protocol: "email",
      Endpoint: "someone@example.org",
      TopicArn: { Ref: topic },
    });
    other.allResourcesProperties("AWS::CloudWatch::Alarm", { AlarmActions: [{ Ref: topic }] });
    other.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: Match.objectLike({
        Statement: [
          Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
          Match.objectLike({
            Effect: "Allow",
            Action: "sns:Publish",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          }),
        ],
      }),
    });
  });
});

test("without monitoring there is neither dashboard nor alarm", async () => {
  const bare = await synthesized({ monitoring: "false" });
  for (const type of ["AWS::CloudWatch::Dashboard", "AWS::CloudWatch::Alarm", "AWS::SNS::Topic"]) {
    bare.resourceCountIs(type, 0);
  }
});

test("the metrics of a stack carry its name as their service", () => {
  template.allResourcesProperties("AWS::Lambda::Function", {
    Environment: { Variables: Match.objectLike({ POWERTOOLS_SERVICE_NAME: "fedstep" }) },
  });
});
