import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { openHome } from "../../owner/home.ts";
import { brokenAt, sentOf } from "../../shared/owners/log-entry.ts";
import { type Result, resultRecord } from "../../shared/workflow/result-record.ts";
import { doorOf } from "../local/door/open-door.ts";
import { administratorVariables } from "../local/signing.ts";
import { clinicTable } from "../owner/working-owners.ts";
import { stubAwsSettings } from "./targets/refusing-service.ts";
import { type Answer, fedstep, homeBeside, sharedHome } from "./terminal.ts";

/** Every command over runs whose owners keep their data: by the aws target, whose endpoint is the emulator's, and here. */
let emulator: Emulator;
let place: string;
const at = (...names: string[]) => join(place, ...names);
const names = ["north", "south", "west"] as const;
type Name = (typeof names)[number];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

const env = () => ({ FEDSTEP_HOME: sharedHome() });
const onAws = (args: readonly string[], watch = {}) =>
  fedstep([...args, "--home", at("person"), "--target", "aws"], { env: env(), ...watch });
const owner = (name: Name, args: readonly string[], watch = {}) =>
  fedstep(["owner", ...args, "--home", at(name)], { env: env(), ...watch });

async function succeeds(answer: Promise<Answer>): Promise<string> {
  const { code, output, said } = await answer;
  expect(code, said).toBe(0);
  return output;
}

beforeAll(async () => {
  place = mkdtempSync(join(inject("temporary"), "owners-commands-"));
  homeBeside(at("person"));
  emulator = await startEmulator({ home: sharedHome() });
  stubAwsSettings({ ...administratorVariables, AWS_ENDPOINT_URL: emulator.url });
  for (const [number, name] of names.entries()) {
    const data = ["--data", at(`${name}.csv`)];
    writeFileSync(at(`${name}.csv`), clinicTable(number, 100 + 10 * number));
    await succeeds(owner(name, ["init", "--name", name]));
    const asked = ["--federation", "clinics", "--label", "outcome", "--ids", "patient", "--tell", "classes"];
    await succeeds(owner(name, ["request", ...asked, ...data, "--out", at(`${name}-request.json`)]));
    await succeeds(onAws(["federation", "add", at(`${name}-request.json`)]));
  }
  const set = ["federation.rounds=2", "model.hidden=[4]", "training.batchSize=32"];
  const agreed = ["--out", at("agreement.json"), ...set.flatMap((one) => ["--set", one])];
  await succeeds(onAws(["federation", "propose", "clinics", ...agreed]));
  for (const name of names) {
    const out = at(`${name}-acceptance.json`);
    await succeeds(owner(name, ["accept", at("agreement.json"), "--data", at(`${name}.csv`), "--out", out]));
    await succeeds(onAws(["federation", "add", out]));
  }
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator?.close();
});

/** Has owners take part until a run's last job, or until they are stopped. */
function takePart(some: readonly Name[] = names, signal?: AbortSignal, door = doorOf(emulator)) {
  const args = (name: Name) => ["run", "--data", at(`${name}.csv`), "--door", door, "--until-done"];
  return Promise.all(some.map((name) => owner(name, args(name), { ...(signal && { signal }) })));
}

const resultOf = (output: string): Result => resultRecord.parse(JSON.parse(output));
const weights = (result: Result) => result.federated.weightsSha256;
/** Of each owner its log's entries of updates that left, of one run. */
async function left(run: string) {
  const homes = await Promise.all(names.map((name) => openHome(at(name))));
  return homes.map(({ log }) => {
    expect(brokenAt(log.entries)).toBeUndefined();
    return sentOf(log.entries)
      .filter((entry) => entry.run === run)
      .map(({ round, attempt }) => [round, attempt]);
  });
}
let calm: Result;

test("a run of owners on AWS comes to a result", async () => {
  const run = onAws(["run", "--federation", "clinics", "--name", "calm", "--json"]);
  const took = await takePart();
  calm = resultOf(await succeeds(run));
  expect(took.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(await left("clinics.calm")).toEqual(names.map(() => [1, 2, 3].map((round) => [round, 1])));
});

describe("a finished run of owners", () => {
  test.each([
    ["show", /trained alone by each/],
    ["runs", /clinics\.calm +│/],
    ["follow", /report /],
    ["report", /report .*clinics\.calm/],
    ["verify", /every object is what the others say of it/],
    ["cost", /actual bill of run clinics\.calm/],
    ["remove", /its owners keep their data and logs.*\n\nnothing is deleted yet/],
  ])("%s", async (command, said) => {
    const args = command === "runs" ? [] : ["clinics.calm"];
    expect(await onAws([command, ...args])).toMatchObject({ code: 0, output: expect.stringMatching(said) });
  });

  test("tells how to have it again", () => {
    const page = readFileSync(at("person", "runs", "clinics.calm", "report.html"), "utf8");
    expect(page).toContain("fedstep run --federation clinics --rounds 2<");
  });

  test("is asked about a table as owners have it: ids are left unread, and the label is the agreed one", async () => {
    const { output, code } = await onAws(["predict", "clinics.calm", at("north.csv"), "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      classes: ["0", "1"],
      accuracy: { federated: expect.any(Number) },
    });
    expect(JSON.parse(output).examples).toHaveLength(100);
    const baseline = ["predict", "clinics.calm", at("north.csv"), "--model", "baseline"];
    expect(await onAws(baseline)).toMatchObject({ code: 2, said: expect.stringMatching(/ModelMissing/) });
  });

  test("is neither stopped nor resumed, and nobody is told to be at work", async () => {
    for (const command of ["stop", "resume"]) {
      const { code, said } = await onAws([command, "clinics.calm"]);
      expect(code).toBe(2);
      expect(said).toContain("RunFinished");
      expect(said).not.toContain("at work");
    }
  });
});

describe("refused before anything starts is", () => {
  test.each<[string, readonly string[], RegExp]>([
    [
      "a fork of it",
      ["run", "--from", "clinics.calm@1", "--rounds", "5"],
      /ForkInvalid: .*--federation clinics/,
    ],
    [
      "a fork beside the federation",
      ["run", "--federation", "clinics", "--from", "clinics.calm@1"],
      /--from: .*leave/,
    ],
    [
      "data of the coordinator's",
      ["run", "--federation", "clinics", "--data", "x.csv"],
      /--data: .*leave it out/,
    ],
    ["a fault on AWS", ["run", "--federation", "clinics", "--chaos", "0.1"], /ChaosInvalid/],
    [
      "more rounds",
      ["run", "--federation", "clinics", "--rounds", "3"],
      /has 3 rounds, and 2 were agreed upon/,
    ],
    [
      "a budget that pays for no round",
      ["run", "--federation", "clinics", "--budget", "0.0001"],
      /BudgetTooSmall/,
    ],
    [
      "a study",
      ["study", "x.json", "--federation", "clinics"],
      /StudyInvalid: --federation: .*fedstep compare/,
    ],
    [
      "a cost of other data",
      ["cost", "--federation", "clinics", "--examples", "9"],
      /--examples: .*leave it out/,
    ],
    [
      "a cost of two things",
      ["cost", "clinics.calm", "--federation", "clinics"],
      /--federation: run clinics\.calm/,
    ],
    ["the cost of no federation", ["cost", "--federation", "banks"], /FederationMissing: .*propose banks/],
  ])("%s", async (_, args, said) => {
    const before = await onAws(["runs", "--json"]);
    expect(await onAws(args)).toMatchObject({ code: 2, output: "", said: expect.stringMatching(said) });
    expect(await onAws(["runs", "--json"])).toEqual(before);
  });
});

test("what a run of the federation costs is what one has cost, and what owners ask beside it is told", async () => {
  const estimated = JSON.parse(await succeeds(onAws(["cost", "--federation", "clinics", "--json"])));
  for (const line of ["transitions", "lambdaRequests", "s3Writes"] as const) {
    expect(estimated.bill.lines[line]).toBeCloseTo(calm.cost?.lines[line] ?? 0, 10);
  }
  expect(estimated.kept.data).toBe(0);
  expect(estimated.owners).toMatchObject({
    members: 3,
    signed: 3,
    count: 3,
    waitMinutes: 10,
    longestMinutes: 60,
  });
  const one = JSON.parse(
    await succeeds(onAws(["cost", "--federation", "clinics", "--set", "federation.rounds=1", "--json"])),
  );
  expect(one.transitions).toBeLessThan(estimated.transitions);
  expect(await succeeds(onAws(["cost", "--federation", "clinics"]))).toMatch(
    /3 owners of clinics.*\na round takes as long as its slowest owner: it waits 10 minutes .*60 for one at work\n/,
  );
});

test("a run that waits names whom it waits for, is stopped while owners are at work, and resumed to the same bits", async () => {
  const run = "clinics.cut";
  const [watching, taking, done] = [new AbortController(), new AbortController(), new AbortController()];
  let seen = "";
  const onSaid = (text: string) => {
    seen += text;
    if (/waits for west(?![,\w])/.test(seen)) watching.abort();
  };
  const started = onAws(["run", "--federation", "clinics", "--name", "cut"], {
    ...{ signal: watching.signal, isTTY: true, onSaid },
  });
  const two = takePart(["north", "south"], taking.signal);
  expect(await started).toMatchObject({
    code: 130,
    said: expect.stringContaining("fedstep follow clinics.cut"),
  });
  const { heard } = JSON.parse(await succeeds(onAws(["show", run, "--json"])));
  expect(heard).toEqual({ round: 1, sent: ["north", "south"], awaited: ["west"] });
  expect(await succeeds(onAws(["show", run]))).toContain("updates are there of north, south; awaited: west");
  expect(await succeeds(onAws(["cost", run]))).toContain("run clinics.cut so far, as if it ended now");
  expect(await onAws(["remove", run, "--yes"])).toMatchObject({
    code: 2,
    said: expect.stringContaining("RunUnderWay"),
  });
  expect(await succeeds(onAws(["stop", run]))).toContain("fedstep resume clinics.cut --target aws");
  expect(await onAws(["follow", run])).toMatchObject({
    code: 1,
    said: expect.stringContaining("ExecutionFailed"),
  });
  // those who were at work go on asking, and the third comes
  const third = takePart(["west"], done.signal);
  const resumed = await onAws(["resume", run, "--json"]);
  expect(resumed.said).toMatch(
    /fedstep owner run of each of north, south, west has to be at work; door http/,
  );
  expect(JSON.parse(resumed.output)).toMatchObject({ door: doorOf(emulator) });
  expect(weights(resultOf(resumed.output))).toBe(weights(calm));
  for (const { code } of [...(await two), ...(await third)]) expect(code).toBe(0);
  // an execution asks anew, by an attempt of its own: what was sent to the first counts in no round
  const again = [1, 2, 3].map((round) => [round, 2]);
  expect(await left(run)).toEqual([[[1, 1], ...again], [[1, 1], ...again], again]);
  expect(await succeeds(onAws(["verify", run]))).toContain("every object is what the others say of it");
  expect(await succeeds(onAws(["compare", "clinics.calm", run]))).toMatch(/clinics\.cut/);
  expect(await succeeds(onAws(["remove", run, "--yes"]))).toContain("all of it is deleted");
  expect(await onAws(["show", run])).toMatchObject({ code: 2, said: expect.stringContaining("RunMissing") });
});

test("a budget of the coordinator's ends a run of owners after the round that it pays for", async () => {
  const one = JSON.parse(
    await succeeds(onAws(["cost", "--federation", "clinics", "--set", "federation.rounds=1", "--json"])),
  );
  const budget = String(1.02 * one.bill.dollars);
  const run = onAws(["run", "--federation", "clinics", "--name", "frugal", "--budget", budget, "--json"]);
  for (const { code } of await takePart()) expect(code).toBe(0);
  const { federated, config, cost } = resultOf(await succeeds(run));
  expect(config.federation).toMatchObject({ rounds: 2, budget: Number(budget) });
  expect(federated.rounds).toHaveLength(1);
  expect(cost?.dollars).toBeLessThan(Number(budget));
  // the second time they evaluate what the first round has made, and train nothing
  expect(await left("clinics.frugal")).toEqual(names.map(() => [1, 2].map((round) => [round, 1])));
  expect(await succeeds(onAws(["verify", "clinics.frugal"]))).toContain(
    "every object is what the others say",
  );
});

test("here, under faults, cut off and resumed at the same door, an owner's update counts once and the bits are the same", async () => {
  const faults = at("faults.json");
  writeFileSync(
    faults,
    JSON.stringify([
      { fault: "s3-error", method: "GET", tries: 1, function: "PrepareRun" },
      { fault: "killed", function: "AggregateRound", round: 1, afterWrite: 1, delivery: 1 },
      { fault: "delivered-twice", function: "AggregateRound", round: 1, delivery: 2 },
      { fault: "throttled", function: "AggregateRound", round: 2, delivery: 1 },
    ]),
  );
  const here = ["--home", sharedHome(), "--port", String(await freePort())];
  const [cut, taking] = [new AbortController(), new AbortController()];
  let took: ReturnType<typeof takePart> | undefined;
  const onSaid = (text: string) => {
    const [, door] = /^door (http\S+)/m.exec(text) ?? [];
    if (door) took ??= takePart(names, taking.signal, door);
    if (text.includes("round 1/2")) cut.abort();
  };
  const chaos = ["--chaos", faults, "--fast-retries"];
  const args = ["run", "--federation", "clinics", "--name", "stormy", ...here, ...chaos];
  const started = await fedstep(args, { env: env(), onSaid, signal: cut.signal });
  expect(started).toMatchObject({
    code: 130,
    said: expect.stringContaining("fedstep resume clinics.stormy"),
  });
  expect(started.said).toMatch(/chaos: PrepareRun, delivery 1: S3 answers GET by 500/);
  expect(started.said).toMatch(/chaos: AggregateRound, round 1, delivery 1: killed after write 1/);
  const resumed = await fedstep(["resume", "clinics.stormy", ...here, "--json"], { env: env() });
  expect(weights(resultOf(await succeeds(Promise.resolve(resumed))))).toBe(weights(calm));
  for (const { code } of (await took) ?? []) expect(code).toBe(0);
  for (const sent of await left("clinics.stormy")) {
    expect(sent.filter(([round]) => round === 1)).toEqual([[1, 1]]);
    expect(sent.at(-1)).toEqual([3, 2]);
  }
  expect(await succeeds(onAws(["verify", "clinics.stormy"]))).toContain(
    "every object is what the others say",
  );
});
