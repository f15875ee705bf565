import { existsSync } from "node:fs";
import { join } from "node:path";
import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { resultRecord } from "../../shared/workflow/result-record.ts";
import { getResult } from "../../storage/result-objects.ts";
import { claimRun, playRun } from "../functions/played-run.ts";
import { aws, commands, eachOnMockedAws, home, onAws, runArgs, study, table } from "./mocked-aws-commands.ts";
import { arnOf } from "./targets/mocked-aws.ts";

eachOnMockedAws();

describe("a run that ends well", () => {
  test("is started by its name, told of, and brought home", async () => {
    const answer = await onAws("run", ...runArgs(), "--json");
    expect(answer).toMatchObject({ code: 0, said: "" });
    expect(resultRecord.parse(JSON.parse(answer.output))).toEqual(await getResult(aws.bucket.objects, "r"));
    expect(aws.states.commandCalls(StartExecutionCommand)).toHaveLength(1);
    const files = ["result.json", "report.html", "models/federated/model.safetensors"];
    expect(files.filter((file) => !existsSync(join(home, "runs", "r", file)))).toEqual([]);
  });

  test("is read by the commands that read runs", async () => {
    await onAws("run", ...runArgs());
    await claimRun(aws.bucket, "s");
    await playRun(aws.bucket, "s");
    for (const [command, args] of commands) {
      if (["run", "study", "stop", "resume"].includes(command)) continue;
      const answer = await onAws(
        command,
        ...(command === "predict" ? ["r", table(), "--label", "kind"] : args()),
      );
      expect(answer, command).toMatchObject({ code: 0, output: expect.stringMatching(/\S/) });
    }
    for (const command of ["stop", "resume"]) {
      expect(await onAws(command, "r")).toMatchObject({
        code: 2,
        said: expect.stringMatching(/^RunFinished: .*; fedstep show r --target aws prints its result$/m),
      });
    }
    expect(await onAws("show", "none", "--stack", "fedstep")).toMatchObject({
      code: 2,
      said: 'RunMissing: there is no run "none"; fedstep runs --target aws lists them\n',
    });
  });

  test("is shown round by round, and while it has no result as far as it came", async () => {
    await onAws("run", ...runArgs());
    const { federated } = await getResult(aws.bucket.objects, "r");
    const rows = federated.rounds.map(({ round, accuracy = NaN, examples, loss }) =>
      [round, `${(100 * accuracy).toFixed(2)} %`, examples, loss.toFixed(4), 3, 0].join(" │ "),
    );
    const shown = async () => (await onAws("show", "r")).output.replaceAll(/ +/g, " ");
    const finished = await shown();
    for (const row of rows) expect(finished).toContain(`│ ${row} │`);
    expect(finished).toMatch(/^in CloudWatch: the dashboard "fedstep-eu-central-1"/m);

    aws.bucket.contents.delete(keys.result("r"));
    const unfinished = await shown();
    expect(unfinished).toMatch(/^run r has no result: 2 of 2 rounds and 1 of 1 epochs are done$/m);
    for (const row of rows) expect(unfinished).toContain(`│ ${row} │`);
    aws.bucket.contents.delete(keys.roundMetrics("r", 3));
    aws.bucket.contents.delete(keys.roundMetrics("r", 2));
    expect(await shown()).toMatch(/1 of 2 rounds.*│ 1 │ │ │ │ 3 │ 0 │/s);
  });

  test("is one of a study", async () => {
    const answer = await onAws("study", study(), "--data", table(), "--label", "kind", "--json");
    expect(answer).toMatchObject({ code: 0, said: "" });
    expect(aws.states.commandCalls(StartExecutionCommand)).toHaveLength(1);
  });
});

test("a study waits for a run that was stopped and that somebody else has resumed", async () => {
  const args = [study(), "--data", table(), "--label", "kind", "--json"];
  const first = await onAws("study", ...args);
  const [name = ""] = aws.executions.keys();
  const result = aws.bucket.contents.get(keys.result(name)) ?? new Uint8Array();
  aws.bucket.contents.delete(keys.result(name));
  aws.executions.set(name, { status: "ABORTED" });
  aws.states
    .on(DescribeExecutionCommand, { executionArn: arnOf(`${name}@2`) })
    .resolvesOnce({ status: "RUNNING" })
    .callsFake(() => {
      aws.bucket.contents.set(keys.result(name), result);
      return { status: "SUCCEEDED", output: "{}" };
    });
  expect(await onAws("study", ...args)).toEqual(first);
  expect(aws.states.commandCalls(StartExecutionCommand)).toHaveLength(1);
});
