import { DescribeExecutionCommand, GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wrapped } from "../../../cli/run/folded.ts";
import { followRun } from "../../../cli/run/follow.ts";
import { showProgress, silentProgress } from "../../../cli/run/progress.ts";
import { RoundNotes } from "../../../cli/run/round-notes.ts";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { keys } from "../../../shared/layout.ts";
import { roundMetrics } from "../../../shared/workflow/round-records.ts";
import type { MemoryBucket } from "../../functions/memory-bucket.ts";
import { claimRun, type Play, playRun, toyConfig } from "../../functions/played-run.ts";
import { drawnLines, drawnStream } from "../drawn-stream.ts";
import { mockedTarget } from "./watched-run.ts";

const arn = "arn:aws:states:us-east-1:123456789012:execution:fedstep:r";
const never = new AbortController().signal;
const config = toyConfig("federation.quorum=0.3", "federation.rounds=3", "baseline.enabled=false");

/** What Lambda says of a death, and somebody who wants to be obeyed. */
const cause = JSON.stringify({
  errorMessage: `out of\n  memory\u001b[2J ${"x".repeat(500)}`,
  trace: ["at a"],
});
const silencing: Play = {
  interfere: async (round, client, train) =>
    round === 2 && client !== 2 ? { client, error: { Error: "Runtime.ExitError", Cause: cause } } : train(),
};

/** Follows a run whose rounds come one with each look, or are all there at the first. */
async function followed(oneByOne: boolean, isTTY: boolean, quiet = false) {
  const { bucket, states, target } = mockedTarget();
  states.on(GetExecutionHistoryCommand).resolves({ events: [] });
  await claimRun(bucket, "r", config);
  const { result } = await playRun(bucket, "r", silencing);
  if (oneByOne) comeOneByOne(bucket, states);
  else states.on(DescribeExecutionCommand).resolves({ status: "SUCCEEDED" });
  const { terminal, text } = drawnStream(isTTY);
  const progress = quiet ? silentProgress : showProgress({ config }, defaultDeployment, terminal);
  expect(await followRun(target, "r", arn, progress, never)).toEqual(result);
  progress.end();
  return text();
}

function comeOneByOne(bucket: MemoryBucket, states: ReturnType<typeof mockedTarget>["states"]): void {
  const kept = [1, 2, 3, 4].map((round) => {
    const key = keys.roundMetrics("r", round);
    return [key, bucket.contents.get(key) ?? new Uint8Array()] as const;
  });
  for (const [key] of kept) bucket.contents.delete(key);
  // nothing at the first look
  const coming = [undefined, ...kept];
  states.on(DescribeExecutionCommand).callsFake(() => {
    const next = coming.shift();
    if (next) bucket.contents.set(...next);
    return { status: coming.length > 0 ? "RUNNING" : "SUCCEEDED" };
  });
}

describe("whoever watches a run", () => {
  test("hears once of each client that a round was left without, between the rounds' lines", async () => {
    const lines = (await followed(true, false)).trimEnd().split("\n");
    expect(lines.map((line) => line.slice(0, 54))).toEqual([
      expect.stringMatching(/^round 1\/3 /),
      "note: round 2: client 0 was left out: Runtime.ExitErro",
      "note: round 2: client 1 was left out: Runtime.ExitErro",
      expect.stringMatching(/^round 2\/3 /),
      expect.stringMatching(/^round 3\/3 /),
    ]);
    // a cause in the words of whoever wrote it, in one line and not endless
    expect(lines[1]).toContain("Runtime.ExitError: out of memory\\u001b[2J xxx");
    expect(lines[1]?.length).toBeLessThan(240);
  });

  test("on a terminal too, in lines that fit it, and with the bars below", async () => {
    const text = await followed(true, true);
    const lines = drawnLines(text);
    expect(lines.filter((line) => /round 2: client \d was left out/.test(line))).toHaveLength(2);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).not.toContain("\u001b[2J");
    expect(text.lastIndexOf("was left out")).toBeLessThan(text.lastIndexOf("federated"));
  });

  test("hears in one line of the rounds that had ended before", async () => {
    const notes = (await followed(false, false)).split("\n").filter((line) => line.startsWith("note"));
    expect(notes).toEqual([
      "note: in the rounds before, clients were left out 2 times, and updates stood out 0 times; " +
        "fedstep show r --target aws tells of each",
    ]);
  });

  test("hears nothing where only the result is asked for", async () => {
    expect(await followed(true, false, true)).toBe("");
  });
});

test("of a round with many to tell of three are named, and the others counted", async () => {
  const { bucket } = mockedTarget();
  await claimRun(bucket, "r", config);
  await playRun(bucket, "r", silencing);
  const round = roundMetrics.parse(bucket.json(keys.roundMetrics("r", 2)));
  const silent = Array.from({ length: 8 }, (_, client) => ({
    client,
    task: "train" as const,
    error: "ObjectMissing",
    cause: "",
  }));
  const notes = new RoundNotes("fedstep show r");
  expect(notes.of([])).toEqual([]);
  expect(notes.of([{ ...round, silent }])).toEqual([
    ...[0, 1, 2].map((client) => `round 2: client ${client} was left out: ObjectMissing`),
    "round 2: and 5 more, which fedstep show r tells",
  ]);
});

test("a folded text has all of its characters in their order, in lines that fit", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "é"), maxLength: 200 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 40 }), (of, columns) => {
      const lines = wrapped(of, columns);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(lines.join("").replaceAll(" ", "")).toBe(of.replaceAll(" ", ""));
    }),
  );
});
