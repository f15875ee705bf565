import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { verifyRun } from "../../../cli/verify/verify-run.ts";
import { keys } from "../../../shared/layout.ts";
import { getResult } from "../../../storage/result-objects.ts";
import { aws, eachOnMockedAws, home, onAws, runArgs } from "../mocked-aws-commands.ts";
import { here } from "../verify/here.ts";

eachOnMockedAws();

const set = (...fields: string[]) => fields.flatMap((one) => ["--set", one]);
const named = (name: string) => runArgs().map((word) => (word === "r" ? name : word));
const promise = set(
  "baseline.enabled=false",
  "privacy.unit=example",
  "privacy.epsilon=8",
  "privacy.delta=0.001",
);
const run = (name: string, ...more: string[]) => onAws("run", ...named(name), ...more);
const percent = (share: number | undefined) => `${(100 * (share ?? NaN)).toFixed(2)} %`;

beforeEach(async () => {
  expect(await run("plain")).toMatchObject({ code: 0 });
});

describe("a run that promises privacy, beside the same without", () => {
  test("says what the promise costs in result, terminal, page and card", async () => {
    const answer = await run("private", ...promise, "--beside", "plain");
    expect(answer).toMatchObject({ code: 0 });
    const [plain, own] = [
      await getResult(aws.bucket.objects, "plain"),
      await getResult(aws.bucket.objects, "private"),
    ];
    const [there, hereToo] = [plain.federated.accuracy ?? NaN, own.federated.accuracy ?? NaN];
    expect(own.beside).toEqual({
      run: "plain",
      chainSha256: plain.federated.chainSha256,
      score: there,
      examples: plain.federated.examples,
      unit: "none",
      epsilon: null,
    });
    expect(answer.output.replaceAll(/ +/g, " ")).toContain(`│ plain │ ${percent(there)} │`);
    const price =
      `accuracy ${percent(hereToo)} here and ${percent(there)} in plain, which is the same but for its promise (none), ` +
      `${Math.abs(100 * (there - hereToo)).toFixed(2)} points apart; both over ${own.federated.examples} examples`;
    const file = (name: string) => readFileSync(join(home, "runs", "private", name), "utf8");
    expect(file("report.html")).toContain(`<dt>Price</dt><dd>${price}</dd>`);
    expect(file("models/federated/README.md")).toContain(`- Price: ${price}.`);
  });

  test("says how that is shown where no run was named", async () => {
    await run("private", ...promise);
    expect(readFileSync(join(home, "runs", "private", "report.html"), "utf8")).toMatch(
      /<dt>Price<\/dt><dd>not shown: .* fedstep run --beside; then its accuracy stands here too<\/dd>/,
    );
  });

  test("may be told beside one with a weaker promise, and says so", async () => {
    await run("weaker", ...promise, ...set("privacy.epsilon=50"));
    await run("private", ...promise, "--beside", "weaker");
    expect(readFileSync(join(home, "runs", "private", "report.html"), "utf8")).toMatch(
      /in weaker, which is the same but for its promise \(ε (49|50)\.\d\d for each training example\)/,
    );
  });

  test("verifies, and no longer where the other run came to something else", async () => {
    await run("private", ...promise, "--beside", "plain");
    const bucket = aws.bucket;
    const found = async () => (await verifyRun(bucket, "private", here)).findings;
    expect(await found()).toEqual([]);
    const { seal, writer, ...result } = bucket.json(keys.result("plain")) as Record<string, unknown>;
    await bucket.objects.putRecord(keys.result("plain"), {
      ...result,
      federated: { ...(result.federated as object), accuracy: 0.5 },
    });
    expect(await found()).toEqual([
      { key: keys.config("private"), problem: expect.stringMatching(/^beside\.score/) },
    ]);
    bucket.contents.delete(keys.result("plain"));
    const { findings, unchecked } = await verifyRun(bucket, "private", here);
    expect(findings).toEqual([]);
    expect(unchecked).toContainEqual({
      objects: keys.config("private"),
      fields: ["beside.*"],
      why: "nothing else tells what plain came to, which has no result any more",
    });
  });
});

describe("what cannot stand beside a run", () => {
  test.each<[string, string[], string]>([
    [
      "a run for one that promises nothing",
      ["--beside", "plain"],
      "BesideInvalid: --beside: this run promises nothing whose price plain could show; set privacy.unit, or leave it out",
    ],
    [
      "a run that differs in more than the promise",
      [...promise, "--beside", "plain", ...set("training.learningRate=0.2", "seed=3")],
      "BesideInvalid: --beside: plain differs in more than what it promises, so that it shows no price of that: seed (1 there), " +
        "training.learningRate (0.1 there)",
    ],
    [
      "a run that is not there",
      [...promise, "--beside", "none"],
      'RunMissing: there is no run "none"; fedstep runs --target aws lists them',
    ],
  ])("%s", async (_what, args, said) => {
    const answer = await run("private", ...args);
    expect(answer).toMatchObject({ code: 2 });
    expect(answer.said).toContain(said);
    expect(aws.bucket.contents.has(keys.config("private"))).toBe(false);
  });
});
