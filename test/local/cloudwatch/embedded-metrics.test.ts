import { expect, test } from "vitest";
import { metricLinesOf } from "../../../local/cloudwatch/embedded-metrics.ts";

/** The example of CloudWatch's specification of the format, on one line. */
const example = {
  _aws: {
    Timestamp: 1574109732004,
    CloudWatchMetrics: [
      {
        Namespace: "lambda-function-metrics",
        Dimensions: [["functionVersion"]],
        Metrics: [{ Name: "time", Unit: "Milliseconds", StorageResolution: 60 }],
      },
    ],
  },
  functionVersion: "$LATEST",
  time: 100,
  requestId: "989ffbf8-9ace-4817-a57c-e4dd734019ee",
};

test("a line of metrics is found among others, under each set of its dimensions", () => {
  const twice = structuredClone(example);
  twice._aws.CloudWatchMetrics[0]?.Dimensions.push([]);
  const log = [
    "START RequestId: x",
    JSON.stringify(example),
    '{"level":"INFO","message":"done"}',
    JSON.stringify(twice),
    "",
  ];
  const dimensions = { functionVersion: "$LATEST" };
  expect(metricLinesOf(log.join("\n"))).toEqual([
    { namespace: "lambda-function-metrics", dimensions, content: example },
    { namespace: "lambda-function-metrics", dimensions, content: twice },
    { namespace: "lambda-function-metrics", dimensions: {}, content: twice },
  ]);
});

test.each([
  ["no JSON", '{"_aws": {"Timestamp": 1'],
  ["no object", '["_aws"]'],
  ["no directives", '{"_aws": 1}'],
  ["no namespace", JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: [{ Metrics: [] }] } })],
])("%s stays a log line", (_what, line) => {
  expect(metricLinesOf(line)).toEqual([]);
});
