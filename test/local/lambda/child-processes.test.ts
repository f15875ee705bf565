import { describe, expect, it } from "vitest";
import { alive, eventually, toyFunction, toyLambda } from "./toy-functions.ts";

/** Forks a child that takes no SIGTERM, has it answer, and leaves it running. */
const source = `
import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
const child = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);' +
  'process.on("message", (n) => process.send({ twice: 2 * n, pid: process.pid, memory: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE }));';
export const handler = async ({ ends }, { invokedFunctionArn }) => {
  const path = join(process.env.TMPDIR, "child.mjs");
  writeFileSync(path, child);
  const forked = fork(path);
  const answer = await new Promise((resolve) => { forked.on("message", resolve); forked.send(21); });
  console.log("child " + answer.pid);
  if (ends === "exit") process.exit(3);
  if (ends === "timeout") await new Promise((resolve) => setTimeout(resolve, 1e6));
  return { ...answer, invokedFunctionArn };
};
`;

const forking = (timeoutSeconds: number) => async (folder: string) => [
  await toyFunction(folder, { source, timeoutSeconds }),
];

describe("a function may fork a child", () => {
  it("that answers it, lives on between invocations, and ends with the environment", async () => {
    let pid = 0;
    {
      await using lambda = await toyLambda(forking(20));
      const { value, FunctionError } = await lambda.invoke({});
      expect(FunctionError).toBeUndefined();
      expect(value).toMatchObject({ twice: 42, memory: "256" });
      expect(value.invokedFunctionArn).toBe("arn:aws:lambda:eu-central-1:000000000000:function:toy");
      pid = value.pid;
      await lambda.invoke({});
      expect(alive(pid)).toBe(true);
    }
    await eventually("the child's end", () => !alive(pid));
  });

  it.each([
    ["exit", "Runtime.ExitError"],
    ["timeout", "Sandbox.Timedout"],
  ])("which ends with an invocation's %s", async (ends, errorType) => {
    await using lambda = await toyLambda(forking(3));
    expect((await lambda.invoke({ ends })).value).toMatchObject({ errorType });
    const [, pid] = /^child (\d+)$/m.exec(await lambda.logs("toy")) ?? [];
    expect(Number(pid)).toBeGreaterThan(0);
    await eventually("the child's end", () => !alive(Number(pid)));
  });
});
