import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { arnOf, temporaryFolder, toyFunction, toyLambda } from "../lambda/toy-functions.ts";
import { federationDefinition } from "./toy-machine.ts";
import { toyStates } from "./toy-states.ts";

describe("the federation through both endpoints", () => {
  /** Counts in files, since each environment has a memory of its own. */
  const source = (counter: string) => `
    import { appendFileSync, readFileSync } from "node:fs";
    const raise = (name) => { throw Object.assign(new Error(name), { name }); };
    const seen = (mark) => { appendFileSync(${JSON.stringify(counter)}, mark + "\\n"); return readFileSync(${JSON.stringify(counter)}, "utf8").split("\\n").filter((m) => m === mark).length; };
    export const prepare = ({ clients, quorum }) => Promise.resolve({ run: "r", quorum, federation: { round: 0, task: "train", clients, quorum, done: false }, baseline: { done: false } });
    export const train = async ({ round, client }) => {
      if (client === 1 && round === 0 && seen("client 1") <= 2) raise("Runtime.ExitError");
      if (client === 2) raise("TrainingDiverged");
      return { client, round };
    };
    export const aggregate = async ({ federation, reports }) => {
      const round = federation.round + 1;
      const trained = reports.filter((report) => !report.error).length;
      if (trained < federation.quorum) raise("QuorumNotReached");
      return { ...federation, round, reports, done: round === 2 };
    };
    export const baseline = async () => ({ done: seen("baseline") === 3 });
    export const finish = async ({ branches }) => ({ reports: branches[0].reports, rounds: branches[0].federation.round, baseline: branches[1].baseline });
  `;
  const names = ["prepare", "train", "aggregate", "baseline", "finish"];
  const functions = (folder: string) =>
    Promise.all(
      names.map((name) =>
        toyFunction(folder, { name, handler: `index.${name}`, source: source(join(folder, "counter")) }),
      ),
    );

  it("retries, silences a client and ends with what FinishRun returns", async () => {
    await using lambda = await toyLambda(functions);
    await using states = await toyStates(
      federationDefinition(0.05),
      join(lambda.folder, "executions"),
      lambda.handle,
    );
    const arn = await states.start(JSON.stringify({ clients: [0, 1, 2], quorum: 2 }), "run-1");
    expect(arn).toBe("arn:aws:states:eu-central-1:000000000000:execution:federation:run-1");
    const { status, output, startDate, stopDate } = await states.ended(arn);
    expect(status).toBe("SUCCEEDED");
    const result = JSON.parse(output ?? "");
    expect(result).toMatchObject({ rounds: 2, baseline: { done: true } });
    expect(result.reports.slice(0, 2)).toEqual([
      { client: 0, round: 1 },
      { client: 1, round: 1 },
    ]);
    const { error } = result.reports[2];
    expect(result.reports[2]).toEqual({ client: 2, error });
    expect(error.Error).toBe("TrainingDiverged");
    expect(JSON.parse(error.Cause)).toMatchObject({ errorType: "TrainingDiverged" });
    expect(stopDate?.getTime()).toBeGreaterThan(startDate?.getTime() ?? 0);
    // 1 + 2 x (3 + 1) + 3 + 1, and client 1's two failures
    expect(lambda.reports).toHaveLength(15);
    expect(states.usage(arn)?.events).toBeGreaterThan(100);
  });

  it("fails under the name of the error that nothing catches", async () => {
    await using lambda = await toyLambda(functions);
    await using states = await toyStates(
      federationDefinition(0.05),
      join(lambda.folder, "executions"),
      lambda.handle,
    );
    const { status, error, cause } = await states.ended(
      await states.start(JSON.stringify({ clients: [0, 2], quorum: 2 })),
    );
    expect({ status, error }).toEqual({ status: "FAILED", error: "QuorumNotReached" });
    expect(JSON.parse(cause ?? "")).toMatchObject({ errorMessage: "QuorumNotReached" });
  });

  it("times a Task from its start, not from its place in the queue for a core", async () => {
    const source = `export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return ms; }`;
    const lambdas = async (folder: string) => [await toyFunction(folder, { name: "slow", source })];
    await using lambda = await toyLambda(lambdas, { environments: 1 });
    const slow = { Type: "Task", Resource: arnOf("slow"), TimeoutSeconds: 2, End: true };
    const definition = {
      StartAt: "Each",
      States: {
        Each: { Type: "Map", ItemProcessor: { StartAt: "Slow", States: { Slow: slow } }, End: true },
      },
    };
    await using states = await toyStates(definition, join(lambda.folder, "executions"), lambda.handle);
    const after = async (...ms: number[]) =>
      states.ended(await states.start(JSON.stringify(ms.map((one) => ({ ms: one })))));
    // an environment that is being made is not what is timed here
    await after(0);
    expect(await after(800, 800, 800)).toMatchObject({ status: "SUCCEEDED", output: "[800,800,800]" });
    expect(await after(30_000)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  });

  it("reports a Lambda endpoint that is not there, and its refusals, by the service's names", async () => {
    await using folder = await temporaryFolder();
    const definition = federationDefinition();
    for (const state of Object.values<object>(Reflect.get(definition, "States")))
      Reflect.deleteProperty(state, "Retry");
    await using nowhere = await toyStates(definition, join(folder.path, "nowhere"));
    expect(await nowhere.ended(await nowhere.start())).toMatchObject({ error: "Lambda.SdkClientException" });
    await using lambda = await toyLambda(async () => []);
    await using states = await toyStates(definition, join(folder.path, "other"), lambda.handle);
    expect(await states.ended(await states.start())).toMatchObject({
      error: "Lambda.ResourceNotFoundException",
    });
  });
});
