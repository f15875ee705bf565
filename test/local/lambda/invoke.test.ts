import { GetFunctionCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { describe, expect, it } from "vitest";
import { eventually, toyFunction, toyLambda } from "./toy-functions.ts";

const one = async (folder: string) => [await toyFunction(folder)];

describe("Invoke", () => {
  it("starts an environment once and keeps it warm", async () => {
    await using lambda = await toyLambda(one);
    const cold = await lambda.invoke({ a: 1 });
    const warm = await lambda.invoke({ a: 2 });
    expect(cold).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: "$LATEST",
      value: { event: { a: 1 }, calls: 1 },
    });
    expect(warm.value).toMatchObject({ event: { a: 2 }, calls: 2, pid: cold.value.pid });
    const [first, second] = lambda.reports;
    expect(first).toMatchObject({ functionName: "toy", coldStart: true, memoryMb: 256 });
    expect(second).toMatchObject({ functionName: "toy", coldStart: false, initMs: 0 });
    expect(first?.initMs).toBeGreaterThan(10);
    // AWS bills the init phase of a cold start too
    expect(first?.billedMs).toBe(Math.ceil((first?.initMs ?? 0) + (first?.durationMs ?? 0)));
    expect(second?.billedMs).toBe(Math.ceil(second?.durationMs ?? 0));
    expect(first?.requestId).not.toBe(second?.requestId);
  });

  it("gives the handler Lambda's context", async () => {
    await using lambda = await toyLambda(one);
    const { value, $metadata } = await lambda.invoke({});
    expect(value.context).toMatchObject({
      functionName: "toy",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:eu-central-1:000000000000:function:toy",
      memoryLimitInMB: "256",
      awsRequestId: $metadata.requestId,
      logGroupName: "/aws/lambda/toy",
    });
    expect(value.context.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    expect(value.remaining).toBeGreaterThan(15_000);
    expect(value.remaining).toBeLessThanOrEqual(20_000);
  });

  it.each([
    "toy",
    "000000000000:function:toy",
    "function:toy",
    "arn:aws:lambda:eu-central-1:000000000000:function:toy",
    "toy:$LATEST",
  ])("finds a function by %s", async (FunctionName) => {
    await using lambda = await toyLambda(one);
    const { $metadata } = await lambda.invoke({}, { FunctionName, InvocationType: "DryRun" });
    expect($metadata.httpStatusCode).toBe(204);
    expect(lambda.reports).toHaveLength(0);
  });

  it.each([
    ["other", "Function not found: other"],
    ["arn:aws:lambda:us-east-1:000000000000:function:toy", "Function not found"],
    ["toy:prod", 'leave "prod" out'],
  ])("refuses %s", async (FunctionName, message) => {
    await using lambda = await toyLambda(one);
    await expect(lambda.invoke({}, { FunctionName })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: expect.stringContaining(message),
    });
  });

  it("says of another account's function only that its policy lets nobody in", async () => {
    await using lambda = await toyLambda(one);
    await expect(lambda.invoke({}, { FunctionName: "111111111111:function:toy" })).rejects.toMatchObject({
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 403 },
      message:
        "User: arn:aws:iam::000000000000:root is not authorized to perform: lambda:InvokeFunction on resource: " +
        "arn:aws:lambda:us-east-1:111111111111:function:toy because no resource-based policy allows the lambda:InvokeFunction action",
    });
  });

  it.each(["a b", "arn:aws:states:eu-central-1:000000000000:stateMachine:toy", "toy:a:b", "ö"])(
    "refuses %j, which is no function's name",
    async (FunctionName) => {
      await using lambda = await toyLambda(one);
      await expect(lambda.invoke({}, { FunctionName })).rejects.toMatchObject({
        name: "ValidationException",
      });
    },
  );

  it("answers an asynchronous event at once and runs it", async () => {
    await using lambda = await toyLambda(one);
    const { $metadata, value } = await lambda.invoke(
      { do: "print", text: "later" },
      { InvocationType: "Event" },
    );
    expect($metadata.httpStatusCode).toBe(202);
    expect(value).toBeUndefined();
    await eventually("the event has run", () => lambda.reports.length === 1);
    expect(await lambda.logs("toy")).toContain("later");
  });

  it("returns the log's tail on request", async () => {
    await using lambda = await toyLambda(one);
    await lambda.invoke({ do: "print", text: "an earlier line" });
    const { LogResult } = await lambda.invoke({ do: "print", text: "a line" }, { LogType: "Tail" });
    const tail = Buffer.from(LogResult ?? "", "base64").toString();
    expect(tail).toMatch(/^START RequestId: \S+ Version: \$LATEST\n/);
    expect(tail).toContain("\na line\nerror side of a line\nEND RequestId: ");
    expect(tail).not.toContain("earlier");
    expect((await lambda.invoke({})).LogResult).toBeUndefined();
  });

  it("turns away what is no JSON, too large or beyond the concurrency", async () => {
    await using lambda = await toyLambda(one, { concurrency: 1 });
    await expect(lambda.invoke({}, { Payload: "{" })).rejects.toMatchObject({
      name: "InvalidRequestContentException",
    });
    await expect(lambda.invoke({ text: "x".repeat(6 * 1024 * 1024) })).rejects.toMatchObject({
      name: "RequestTooLargeException",
      $metadata: { httpStatusCode: 413 },
    });
    const answers = await Promise.allSettled([lambda.invoke({}), lambda.invoke({})]);
    const refused = answers.filter((answer) => answer.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({
      name: "TooManyRequestsException",
      Reason: "ConcurrentInvocationLimitExceeded",
    });
  });

  it("lets the functions be looked at", async () => {
    await using lambda = await toyLambda(one);
    const { Functions } = await lambda.client.send(new ListFunctionsCommand({}));
    expect(Functions?.map((fn) => fn.FunctionName)).toEqual(["toy"]);
    const { Configuration } = await lambda.client.send(new GetFunctionCommand({ FunctionName: "toy" }));
    expect(Configuration).toMatchObject({
      MemorySize: 256,
      Timeout: 20,
      Handler: "index.handler",
      // what is deployed, and not the Node that runs it here
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Role: "arn:aws:iam::000000000000:role/toy",
      TracingConfig: { Mode: "Active" },
      LoggingConfig: { LogGroup: "/aws/lambda/toy" },
    });
  });
});
