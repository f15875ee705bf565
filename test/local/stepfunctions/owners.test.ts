import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ListExecutionsCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { stateOf, thisProcess } from "../../../system/process-identity.ts";
import { eventually, temporaryFolder } from "../lambda/toy-functions.ts";
import { machineArn } from "./toy-machine.ts";
import { toyStates, wait } from "./toy-states.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const moduleOf = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** A process of its own that runs an execution "a" of the directory for a minute. */
async function otherProcess(folder: string) {
  const [script, started] = [join(folder, "other.mts"), join(folder, "started")];
  await writeFile(
    script,
    `import { writeFileSync } from "node:fs";
     import { toyStates, wait } from ${moduleOf("./toy-states.ts")};
     const states = await toyStates(wait(60), ${JSON.stringify(folder)});
     await states.start("{}", "a");
     writeFileSync(${JSON.stringify(started)}, "");`,
  );
  const child = spawn(process.execPath, ["--import", "tsx", script], { cwd: repository, stdio: "inherit" });
  await eventually("the other process runs its execution", () => existsSync(started), 60_000);
  return child;
}

describe("an execution that another process runs", () => {
  it("runs until that process dies, and is neither started nor stopped from here", async () => {
    await using folder = await temporaryFolder();
    const other = await otherProcess(folder.path);
    await using states = await toyStates(wait(60), folder.path);
    const executionArn = `${machineArn.replace("stateMachine", "execution")}:a`;
    expect(await states.describe(executionArn)).toMatchObject({ status: "RUNNING" });
    // what is running under the same name with the same input would be the answer in its own process
    await expect(states.start("{}", "a")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    const stopping = states.client.send(new StopExecutionCommand({ executionArn }));
    await expect(stopping).rejects.toThrow(`runs in process ${other.pid}`);
    other.kill("SIGKILL");
    await eventually(
      "it is lost with its process",
      async () => (await states.describe(executionArn)).status === "ABORTED",
    );
    expect(await states.describe(executionArn)).toMatchObject({
      cause: expect.stringContaining("ended while this execution was running"),
    });
  });

  it("is started by one where two start it at once", async () => {
    await using folder = await temporaryFolder();
    await using one = await toyStates(wait(60), folder.path);
    await using other = await toyStates(wait(60), folder.path);
    for (let n = 0; n < 20; n++) {
      const both = await Promise.allSettled([
        one.start('{"by":"one"}', `e${n}`),
        other.start('{"by":"other"}', `e${n}`),
      ]);
      const [won, ...more] = both.flatMap((outcome) =>
        outcome.status === "fulfilled" ? [outcome.value] : [],
      );
      expect(more).toEqual([]);
      const [lost] = both.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
      expect(lost).toMatchObject({ name: "ExecutionAlreadyExists" });
      // both see the one that there is
      expect((await one.describe(won ?? "")).input).toBe((await other.describe(won ?? "")).input);
    }
  });

  it.each([
    ["is lost where its process's number has gone to another", { started: "before" }, 0, "ABORTED"],
    ["goes on on another machine for as long as that touches it", { machine: "other" }, 0, "RUNNING"],
    ["is lost where that has not for long", { machine: "other" }, 3_600, "ABORTED"],
  ])("%s", async (_, changed, untouchedSeconds, status) => {
    await using folder = await temporaryFolder();
    const first = await toyStates(wait(60), folder.path);
    const arn = await first.start("{}", "a");
    const file = join(folder.path, "a.json");
    const record = JSON.parse(await readFile(file, "utf8"));
    await first[Symbol.asyncDispose]();
    await writeFile(file, JSON.stringify({ ...record, owner: { ...record.owner, ...changed } }));
    const touched = Date.now() / 1000 - untouchedSeconds;
    await utimes(file, touched, touched);
    await using second = await toyStates(wait(60), folder.path);
    expect((await second.describe(arn)).status).toBe(status);
  });
});

describe("a record that is damaged", () => {
  it("keeps nobody from the others, and says which file it is", async () => {
    await using folder = await temporaryFolder();
    const first = await toyStates(wait(1), folder.path);
    const [damaged, whole] = [await first.start("{}", "damaged"), await first.start('{"n":1}', "whole")];
    await first.ended(whole);
    await first.ended(damaged);
    await first[Symbol.asyncDispose]();
    for (const file of ["damaged.json", "damaged.history.json"]) await truncate(join(folder.path, file), 40);
    await using second = await toyStates(wait(1), folder.path);
    expect(await second.describe(whole)).toMatchObject({ status: "SUCCEEDED", output: '{"n":1}' });
    expect(await second.describe(damaged)).toMatchObject({
      status: "ABORTED",
      cause: expect.stringContaining(join(folder.path, "damaged.json")),
    });
    await expect(second.start("{}", "damaged")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    await second.ended(await second.start("{}", "next"));
    const { executions } = await second.client.send(
      new ListExecutionsCommand({ stateMachineArn: machineArn }),
    );
    expect(executions?.map(({ name }) => name).sort()).toEqual(["damaged", "next", "whole"]);
  });
});

it("a process is told from another, and from what was one", async () => {
  expect(stateOf(thisProcess())).toBe("alive");
  const child = spawn("/bin/sh", ["-c", "exit"]);
  await new Promise((resolve) => child.once("exit", resolve));
  expect(stateOf({ ...thisProcess(), pid: child.pid ?? 0 })).toBe("gone");
});
