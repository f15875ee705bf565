import { describe, expect, it } from "vitest";
import { alive, toyFunction, toyLambda } from "./toy-functions.ts";

const one = async (folder: string) => [await toyFunction(folder)];

describe("a function's own failure", () => {
  it("travels by its name, and the environment stays", async () => {
    await using lambda = await toyLambda(one);
    const failed = await lambda.invoke({ do: "fail", name: "ObjectMissing" });
    expect(failed.FunctionError).toBe("Unhandled");
    expect(failed.value).toMatchObject({ errorType: "ObjectMissing", errorMessage: "as asked" });
    expect(failed.value.trace[0]).toBe("ObjectMissing: as asked");
    expect((await lambda.invoke({})).value.calls).toBe(2);
    expect(lambda.reports.map((report) => report.error)).toEqual(["ObjectMissing", undefined]);
  });

  it.each([
    ["failBare", { errorType: "handled", errorMessage: expect.stringContaining("there was a problem") }],
    ["failWithText", { errorType: "string", errorMessage: "just text", trace: [] }],
    ["circular", { errorType: "Error", errorMessage: "Unable to stringify response body" }],
    ["reject", { errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: nobody waits" }],
  ])("%s is reported in Lambda's shape", async (behaviour, body) => {
    await using lambda = await toyLambda(one);
    const failed = await lambda.invoke({ do: behaviour });
    expect(failed.FunctionError).toBe("Unhandled");
    expect(failed.value).toMatchObject(body);
    expect((await lambda.invoke({})).FunctionError).toBeUndefined();
  });

  it("may have neither words nor place", async () => {
    await using lambda = await toyLambda(one);
    const { FunctionError, value } = await lambda.invoke({ do: "failBare", name: "OwnerRefuses", stack: "" });
    expect(FunctionError).toBe("Unhandled");
    expect(value).toEqual({ errorType: "OwnerRefuses", errorMessage: "", trace: [""] });
  });

  it("is not seen in a handler that returns nothing", async () => {
    await using lambda = await toyLambda(one);
    expect(await lambda.invoke({ do: "nothing" })).toMatchObject({ value: null });
  });

  it("is an answer beyond 6 MB, and not one of just 6 MB", async () => {
    await using lambda = await toyLambda(one);
    const limit = 6 * 1024 * 1024 + 100;
    expect((await lambda.invoke({ do: "large", bytes: limit })).FunctionError).toBeUndefined();
    const failed = await lambda.invoke({ do: "large", bytes: limit + 1 });
    expect(failed.value).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
  });
});

describe("an environment's end", () => {
  it.each([["hang"], ["spin"]])("comes with the timeout, even in a %s", async (behaviour) => {
    await using lambda = await toyLambda(async (folder) => [
      await toyFunction(folder, { timeoutSeconds: 1 }),
    ]);
    const { pid } = (await lambda.invoke({})).value;
    const { value, FunctionError, LogResult } = await lambda.invoke({ do: behaviour }, { LogType: "Tail" });
    expect(FunctionError).toBe("Unhandled");
    expect(value.errorType).toBe("Sandbox.Timedout");
    expect(value.errorMessage).toMatch(
      /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/,
    );
    expect(Buffer.from(LogResult ?? "", "base64").toString()).toMatch(
      /Task timed out after 1\.00 seconds[\s\S]*Status: timeout/,
    );
    expect(alive(pid)).toBe(false);
    const next = await lambda.invoke({});
    expect(next.value).toMatchObject({ calls: 1 });
    const report = lambda.reports[1];
    expect(report).toMatchObject({ error: "Sandbox.Timedout", coldStart: false });
    expect(report?.durationMs).toBeGreaterThanOrEqual(1000);
    expect(report?.durationMs).toBeLessThan(1500);
  });

  it("comes when resident memory outside the heap exceeds the function's", async () => {
    await using lambda = await toyLambda(async (folder) => [await toyFunction(folder, { memoryMb: 160 })]);
    expect((await lambda.invoke({ do: "hold", mb: 16 })).value).toBe(2);
    // killed while it holds too much, and not only found out in the end
    const { value } = await lambda.invoke({ do: "holdAndHang", mb: 400 });
    expect(value.errorType).toBe("Runtime.ExitError");
    expect(value.errorMessage).toMatch(/^RequestId: \S+ Error: Runtime exited with error: signal: killed$/);
    const [within, beyond] = lambda.reports;
    // Node itself takes some 40 MB, and 16 MB were asked for
    expect(within?.maxMemoryMb).toBeGreaterThan(50);
    expect(within?.maxMemoryMb).toBeLessThan(160);
    expect(beyond?.maxMemoryMb).toBe(160);
  });

  it.each([
    [3, "Runtime exited with error: exit status 3"],
    [0, "Runtime exited without providing a reason"],
  ])("comes with exit(%i)", async (code, reason) => {
    await using lambda = await toyLambda(one);
    const { value } = await lambda.invoke({ do: "exit", code });
    expect(value).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(new RegExp(`^RequestId: \\S+ Error: ${reason}$`)),
    });
    expect((await lambda.invoke({})).value.calls).toBe(1);
  });
});

describe("a failed init", () => {
  it.each([
    ["throw new TypeError('no start')", "index.handler", "TypeError", "no start"],
    [
      "export const other = 1",
      "index.handler",
      "Runtime.HandlerNotFound",
      "index.handler is undefined or not exported",
    ],
    [
      "export const handler = 1",
      "missing.handler",
      "Runtime.ImportModuleError",
      "Error: Cannot find module 'missing'",
    ],
    [
      "export const handler = (a, b, done) => done()",
      "index.handler",
      "Runtime.CallbackHandlerDeprecated",
      "async",
    ],
    [
      "export const handler = awslambda.streamifyResponse(() => {})",
      "index.handler",
      "Runtime.StreamingUnsupported",
      "no response streaming",
    ],
    ["process.exit(7)", "index.handler", "Runtime.ExitError", "exit status 7"],
  ])("surfaces as the function's error: %s", async (source, handler, errorType, message) => {
    await using lambda = await toyLambda(async (folder) => [await toyFunction(folder, { source, handler })]);
    const { value, FunctionError } = await lambda.invoke({});
    expect(FunctionError).toBe("Unhandled");
    expect(value.errorType).toBe(errorType);
    expect(value.errorMessage).toContain(message);
  });

  it.each([
    ["index.cjs", "exports.handler = async () => 'common'"],
    ["index.js", "module.exports = { handler: async () => 'common' }"],
  ])("is not that of a CommonJS bundle: %s", async (file, source) => {
    await using lambda = await toyLambda(async (folder) => [await toyFunction(folder, { source, file })]);
    expect((await lambda.invoke({})).value).toBe("common");
  });
});
